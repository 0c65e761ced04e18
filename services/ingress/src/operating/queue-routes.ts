import { z } from 'zod';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import type { Services } from '../service/services.ts';

const QueueSchema = z
  .object({
    name: z.string(),
    waiting: z.int(),
    active: z.int(),
    delayed: z.int().meta({ description: 'Planned for later, retries included' }),
    failed: z.int().meta({ description: 'Dead letters' }),
    paused: z.boolean(),
    oldest_waiting_seconds: z.number().meta({ description: '0 when none waits' }),
  })
  .meta({ id: 'Queue' });

/** What waits between acceptance and the ledger, for operators. */
export const queueRoutes = ({ queues }: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/queues',
    operationId: 'listQueues',
    tag: 'Operating',
    summary: 'Show how much each queue has to do, and how old it is',
    answers: {
      200: { description: 'Every queue', schema: z.object({ data: z.array(QueueSchema) }) },
    },
    handle: async ({ caller }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const [counts, ages] = await Promise.all([queues.counts(), queues.oldestWaitingAgeMs()]);
      return ok({
        data: Object.entries(counts).map(([name, { completed: _completed, ...count }]) => ({
          name,
          ...count,
          oldest_waiting_seconds: Math.round((ages[name] ?? 0) / 100) / 10,
        })),
      });
    },
  }),
];
