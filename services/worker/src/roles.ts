import type { JobHandlers } from '@bursar/queues';
import { applyCardCommand } from './cards/apply-card-command.ts';
import { applyChargeBatch } from './jobs/apply-charges.ts';
import { applyLedgerCommand } from './jobs/apply-command.ts';
import { changePurchase } from './jobs/change-purchase.ts';
import { answerQuestion } from './jobs/answer-question.ts';
import { changeSubscription } from './jobs/change-subscription.ts';
import { runErrand } from './errands/run-errand.ts';
import { gatherHolds } from './jobs/gather-holds.ts';
import { handleStripeEvent } from './jobs/handle-stripe-event.ts';
import { notifyPeople } from './jobs/notify.ts';
import { openOrder } from './jobs/open-purchase.ts';
import { answerPreview } from './jobs/preview.ts';
import { settleSession } from './purchases/settle-session.ts';
import { runTopUp } from './top-ups/run-top-up.ts';
import { runReconciliation } from './reconciliation/run-reconciliation.ts';
import { runSchedule } from './schedules.ts';
import type { WorkerContext } from './worker-context.ts';

export const WORKER_ROLES = ['ledger', 'payments', 'notices', 'schedules'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

type HandlersOf = (context: WorkerContext) => JobHandlers;

/** Which jobs a role works. A process runs any of the rows; together they must cover all queues. */
const handlers: Record<WorkerRole, HandlersOf> = {
  ledger: (context) => {
    const applyHold = gatherHolds(context.db);
    return {
      'apply-charges': (items) => applyChargeBatch(context, items),
      'apply-command': (job, { attempt }) => applyLedgerCommand(context, applyHold, job, attempt),
      preview: (job) => answerPreview(context, job),
    };
  },
  payments: (context) => ({
    'open-purchase': (job) => openOrder(context, job),
    'change-purchase': (job) => changePurchase(context, job),
    'change-subscription': (job) => changeSubscription(context, job),
    'ask-payments': (job) => answerQuestion(context, job),
    'handle-stripe-event': (job) => handleStripeEvent(context, job),
    'fulfil-purchase': async (job) => {
      await settleSession(context, job.session);
    },
    'top-up': (job) => runTopUp(context, job),
    'card-command': (job) => applyCardCommand(context, job),
    'run-errand': (job) => runErrand(context, { id: job.errand }),
  }),
  notices: (context) => ({ notify: (job) => notifyPeople(context, job) }),
  schedules: (context) => ({
    tick: (job) => runSchedule(context, job.schedule),
    reconcile: (job, { signal }) => runReconciliation(context, job.run, signal),
  }),
};

/** The handlers of all given roles together. */
export function handlersFor(roles: readonly WorkerRole[], context: WorkerContext): JobHandlers {
  return Object.assign({}, ...roles.map((role) => handlers[role](context)));
}
