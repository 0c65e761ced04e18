import { readAttention, type Attention } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { remedyOf } from '../reconciliations/case-remedies.ts';
import { route, type Route } from '../http/route.ts';
import { TimeSchema } from '../reads/wire-values.ts';
import type { Services } from './services.ts';

const AttentionSchema = z
  .object({
    data: z.array(
      z.object({
        kind: z.enum([
          'webhook_disabled',
          'expiry_parked',
          'subscription_doubled',
          'payment_in_review',
          'payment_warning',
          'errand_failing',
          'reconciliation_case',
          'settings_differ',
        ]),
        subject: z.string(),
        since: TimeSchema,
        detail: z.string(),
        remedy: z.string(),
      }),
    ),
  })
  .meta({
    id: 'Attention',
    description: 'What goes on failing until an operator looks at it, the oldest first',
  });

/** What no person is told of, because it concerns nobody but whoever runs the installation. */
export const attentionRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/attention',
    operationId: 'listAttention',
    tag: 'Operating',
    summary: 'List what waits for an operator',
    description:
      'Endpoints for every wallet that were disabled for their failures, wallets and holds that cannot expire, subscriptions that were paid twice, payments that somebody has to decide about or that banks and reviews warn of, what Stripe refuses to do, open differences between Stripe and the ledger, and settings that ingress and worker were given differently; a hundred of each at most. `/metrics` counts them.',
    answers: {
      200: { description: 'All of it; empty when nothing waits', schema: AttentionSchema },
    },
    handle: async ({ caller }) =>
      permitAnywhere(caller, 'operate') ??
      ok({ data: (await readAttention(services.db)).map(render) }),
  }),
];

const render = (one: Attention): z.infer<typeof AttentionSchema>['data'][number] => ({
  kind: one.kind,
  subject: one.subject,
  since: one.since.toISOString(),
  ...words(one),
});

const words = (one: Attention): { detail: string; remedy: string } => {
  switch (one.kind) {
    case 'webhook_disabled':
      return {
        detail:
          one.reason === 'gone'
            ? `The endpoint at ${one.host} answered 410 Gone and was disabled; events of all wallets are not sent to it.`
            : `The endpoint at ${one.host} failed for days and was disabled; events of all wallets are not sent to it.`,
        remedy: `Mend it, PATCH /v1/webhooks/${one.subject} {"enabled": true}, and replay what it missed by POST /v1/webhooks/${one.subject}/replay. Or delete it.`,
      };
    case 'expiry_parked':
      return {
        detail: `It cannot expire (${one.failures} times so far): ${one.error}. Nothing of it can be spent meanwhile; it is tried again at ${one.retryAt.toISOString()}.`,
        remedy:
          'Run the audit to see what is wrong with it; it goes from this list when it expires.',
      };
    case 'subscription_doubled':
      return doubled(one);
    case 'payment_in_review':
      return {
        detail: `${one.wallet}: ${one.reason}`,
        remedy: one.subject.startsWith('pur_')
          ? `Look at the payment in Stripe and refund it there, or grant what it should have brought; POST /v1/purchases/${one.subject}/review takes it from this list.`
          : 'Look at the payment in Stripe and refund it there, or grant what it should have brought; it goes from this list when the money went back.',
      };
    case 'payment_warning':
      return {
        detail: `${one.wallet}: ${WARNINGS[one.what] ?? one.what}; its promotion codes are frozen.`,
        remedy: `Look at the payment in Stripe, and refund it if it is fraud; DELETE /v1/wallets/${one.wallet}/payment-warnings trusts the wallet again.`,
      };
    case 'reconciliation_case':
      return {
        detail: `${one.class}${one.wallet === null ? '' : ` of ${one.wallet}`}: expected is ${one.expected}, but ${one.actual}${one.failures === 0 ? '' : `; ${one.failures} repairs failed`}.`,
        remedy: remedyOf({ ...one, id: one.subject }),
      };
    case 'errand_failing':
      return {
        detail: `${one.wallet}: ${one.what} ${one.subject} failed ${one.failures} times: ${one.error}.`,
        remedy: one.refused
          ? 'Stripe will not do it: do it in its dashboard.'
          : 'It is tried again by itself; see whether Stripe and the worker are well.',
      };
    case 'settings_differ':
      return {
        detail: `${one.subject} is ${one.ingress} for the ingress and ${one.worker} for the worker.`,
        remedy:
          'Give both the same value and restart them; whichever starts says what it was given. While a change is rolled out this passes by itself.',
      };
  }
};

const WARNINGS: Readonly<Record<string, string>> = {
  fraud_warning: 'a bank calls the payment fraudulent',
  dispute: 'the payment is disputed',
  review: 'a review asks for a look at the payment',
};

const doubled = (
  one: Extract<Attention, { kind: 'subscription_doubled' }>,
): { detail: string; remedy: string } => {
  const stands = `${one.wallet} paid for this subscription while ${one.other} went on. It brought no credits and ${one.ended ? 'was cancelled' : 'is being cancelled'}`;
  return one.kept > 0n || !one.ended
    ? {
        detail: `${stands}; ${one.kept} minor units of its money have not gone back yet.`,
        remedy:
          'It is done by itself within a minute. If this stays, cancel it and refund its invoice in Stripe.',
      }
    : {
        detail: `${stands}, and all its money went back.`,
        remedy: 'Nothing is left to do; it goes from this list a week after it ended.',
      };
};
