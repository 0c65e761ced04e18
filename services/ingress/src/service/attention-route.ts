import { readAttention, type Attention } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { TimeSchema } from '../reads/wire-values.ts';
import type { Services } from './services.ts';

const AttentionSchema = z
  .object({
    data: z.array(
      z.object({
        kind: z.enum(['webhook_disabled', 'expiry_parked']),
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
      'Endpoints for every wallet that were disabled for their failures, and wallets and holds that cannot expire; a hundred of each at most. `/metrics` counts them.',
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

const words = (one: Attention): { detail: string; remedy: string } =>
  one.kind === 'webhook_disabled'
    ? {
        detail:
          one.reason === 'gone'
            ? `The endpoint at ${one.host} answered 410 Gone and was disabled; events of all wallets are not sent to it.`
            : `The endpoint at ${one.host} failed for days and was disabled; events of all wallets are not sent to it.`,
        remedy: `Mend it, PATCH /v1/webhooks/${one.subject} {"enabled": true}, and replay what it missed by POST /v1/webhooks/${one.subject}/replay. Or delete it.`,
      }
    : {
        detail: `It cannot expire (${one.failures} times so far): ${one.error}. Nothing of it can be spent meanwhile; it is tried again at ${one.retryAt.toISOString()}.`,
        remedy:
          'Run the audit to see what is wrong with it; it goes from this list when it expires.',
      };
