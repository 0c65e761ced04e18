import {
  askAudit,
  askReconciliation,
  detachPartitions,
  expireDue,
  expireRequests,
  findErrands,
  findOpenSessions,
  findTopUpsUnderWay,
  findOpenSubscriptionSessions,
  findWaitingStripeEvents,
  forgetFacts,
  forgetReconciliations,
  forgetPaymentFailures,
  forgetSessions,
  forgetWebhookDeliveries,
  makePartitions,
  PARTITIONS_AHEAD,
  forgetRecipients,
  forgetSimulated,
  payDelayed,
  requestDueTopUps,
  resumeAllocations,
  resumeRecalls,
  resumeSimulations,
  runDueRules,
  warnExpiring,
} from '@bursar/ledger/operations';
import type { Timetable } from '@bursar/queues';
import { runAudits } from './auditing/run-audits.ts';
import type { WorkerContext } from './worker-context.ts';

interface Schedule {
  timetable: Timetable;
  run(context: WorkerContext): Promise<unknown>;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SESSIONS_PER_TICK = 500;
const FACTS_KEPT_DAYS = 30;
const ALLOCATIONS_PER_TICK = 20;
const DELIVERIES_PER_TICK = 10_000;
const DELAYED_PER_TICK = 200;
const RULES_PER_TICK = 50;
const TOP_UPS_PER_TICK = 500;
const ERRANDS_PER_TICK = 500;
const FACTS_PER_TICK = 200_000;
const LISTS_PER_TICK = 1_000;
const RUNS_KEPT_DAYS = 90;

/** Everything that happens by the clock. Each run is harmless when repeated, late or left out once. */
export const schedules: Record<string, Schedule> = {
  // Often, because a hold past its time still keeps its credits from others until somebody ends it.
  'expire-credits': { timetable: { everyMs: 5 * SECOND }, run: sweepExpired },
  // A job that was lost must not leave credits set aside for people who never receive them.
  'resume-allocations': {
    timetable: { everyMs: MINUTE },
    run: async ({ db }) => [
      await resumeAllocations(db, 60, ALLOCATIONS_PER_TICK),
      await resumeRecalls(db, 60, ALLOCATIONS_PER_TICK),
      await resumeSimulations(db, 60, ALLOCATIONS_PER_TICK),
    ],
  },
  'expire-requests': { timetable: { everyMs: MINUTE }, run: ({ db }) => expireRequests(db) },
  'pay-delayed': {
    timetable: { everyMs: MINUTE },
    run: ({ db }) => payDelayed(db, 30, DELAYED_PER_TICK),
  },
  'run-rules': { timetable: { everyMs: MINUTE }, run: ({ db }) => runDueRules(db, RULES_PER_TICK) },
  'warn-expiring': {
    timetable: { everyMs: 60 * MINUTE },
    // The nearer horizon first, so that a lot is announced with the most urgent of its warnings.
    run: async ({ db }) => [await warnExpiring(db, 7), await warnExpiring(db, 30)],
  },
  'recover-stripe-events': { timetable: { everyMs: MINUTE }, run: recoverStripeEvents },
  'settle-open-orders': { timetable: { everyMs: 10 * MINUTE }, run: settleOpenOrders },
  'run-errands': { timetable: { everyMs: 10 * SECOND }, run: askForErrands },
  'request-top-ups': {
    timetable: { everyMs: 10 * SECOND },
    run: ({ db }) => requestDueTopUps(db, TOP_UPS_PER_TICK),
  },
  'settle-top-ups': { timetable: { everyMs: MINUTE }, run: settleTopUps },
  'reconcile-light': {
    timetable: { everyMs: 15 * MINUTE },
    run: (context) => reconcile(context, 'light'),
  },
  'reconcile-full': {
    timetable: { cron: '37 2 * * *', timeZone: 'UTC' },
    run: (context) => reconcile(context, 'full'),
  },
  // On Sundays: it reads the whole ledger in one snapshot, which vacuum has to wait for.
  'ask-audit': {
    timetable: { cron: '47 3 * * 0', timeZone: 'UTC' },
    run: ({ db }) => askAudit(db, 'system:timetable'),
  },
  'run-audits': { timetable: { everyMs: MINUTE }, run: runAudits },
  'forget-facts': {
    // Often, because recipients of previews are kept for hours only.
    timetable: { everyMs: 10 * MINUTE },
    run: async ({ db }) => [
      await forgetFacts(db, FACTS_KEPT_DAYS, FACTS_PER_TICK),
      await forgetPaymentFailures(db, FACTS_PER_TICK),
      await forgetRecipients(db, LISTS_PER_TICK),
      await forgetSessions(db, DELIVERIES_PER_TICK),
      await forgetSimulated(db, FACTS_PER_TICK),
      await forgetReconciliations(db, RUNS_KEPT_DAYS, LISTS_PER_TICK),
    ],
  },
  // As long as facts, so that what is replayed can be compared with what was sent.
  'forget-webhook-deliveries': {
    timetable: { everyMs: 10 * MINUTE },
    run: ({ db }) => forgetWebhookDeliveries(db, FACTS_KEPT_DAYS, DELIVERIES_PER_TICK),
  },
  'keep-partitions': { timetable: { cron: '23 2 * * *', timeZone: 'UTC' }, run: keepPartitions },
};

/** Runs the schedule a tick names; one that only another release knows is left to that release. */
export async function runSchedule(context: WorkerContext, name: string): Promise<void> {
  const schedule = schedules[name];
  if (schedule === undefined) {
    context.log.warn({ schedule: name }, 'A schedule of another release was skipped');
    return;
  }
  await schedule.run(context);
}

/** Credits and holds whose time has come; whoever cannot expire is reported each time it is tried. */
async function sweepExpired({ db, log }: WorkerContext): Promise<void> {
  const { failures } = await expireDue(db);
  for (const failure of failures) {
    log.error(failure, 'An expiry failed and was left out; the others went on');
  }
}

/** Next months' partitions stand ready; past ones leave the hot tables when the installation says so. */
async function keepPartitions({ db, policy, log }: WorkerContext): Promise<void> {
  await makePartitions(db, PARTITIONS_AHEAD);
  if (policy.historyOnlineMonths === 0) return;
  const before = new Date();
  before.setUTCMonth(before.getUTCMonth() - policy.historyOnlineMonths, 1);
  const detached = await detachPartitions(db, before);
  if (detached.length > 0) log.info({ detached }, 'Months of history moved to the archive');
}

/** An event that was stored but whose job was lost is enqueued again. */
async function recoverStripeEvents({ db, queues }: WorkerContext): Promise<void> {
  for (const event of await findWaitingStripeEvents(db, SESSIONS_PER_TICK)) {
    await queues.enqueue('handle-stripe-event', { event }, { jobId: `again-${event}` });
  }
}

/** Orders that are still open are asked about at Stripe, so that a lost webhook costs minutes only. */
async function settleOpenOrders({ db, queues }: WorkerContext): Promise<void> {
  const sessions = [
    ...(await findOpenSessions(db, 10, SESSIONS_PER_TICK)),
    ...(await findOpenSubscriptionSessions(db, 10, SESSIONS_PER_TICK)),
  ];
  for (const session of sessions) {
    await queues.enqueue('fulfil-purchase', { session });
  }
}

/** What is to be done at Stripe while nobody waits, again and again until it is done or refused. */
async function askForErrands({ db, queues }: WorkerContext): Promise<void> {
  for (const { id } of await findErrands(db, ERRANDS_PER_TICK)) {
    await queues.enqueue('run-errand', { errand: id }, { jobId: `errand-${id}` });
  }
}

/** Tries whose job was lost, or whose outcome nobody has told yet. */
async function settleTopUps({ db, queues }: WorkerContext): Promise<void> {
  for (const attempt of await findTopUpsUnderWay(db, 60, TOP_UPS_PER_TICK)) {
    await queues.enqueue('top-up', { attempt }, { jobId: `top-up-again-${attempt}` });
  }
}

/** Compares Stripe with the ledger and repairs what repairs itself, in a job of its own. */
async function reconcile({ db, queues }: WorkerContext, kind: 'light' | 'full'): Promise<void> {
  const run = await askReconciliation(db, { kind, mode: 'repair', askedBy: 'system:timetable' });
  await queues.enqueue('reconcile', { run }, { jobId: `reconcile-${run}` });
}
