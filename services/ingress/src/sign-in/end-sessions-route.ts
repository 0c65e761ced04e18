import { LocalId } from '@bursar/contracts';
import { endSessionsOf, readUser } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

const EndedSchema = z
  .object({ user: z.string(), ended: z.int().meta({ description: 'How many sessions ended' }) })
  .meta({ id: 'EndedSessions' });

export const endSessionsRoutes = ({ db, log }: Services): Route[] => [
  route({
    method: 'delete',
    path: '/v1/users/{id}/sessions',
    operationId: 'endSessions',
    tag: 'Session',
    summary: 'Sign a person out of the console in every browser, at once',
    description:
      'For the person, who lost a device, and for operators. Whoever may still sign in at the provider can begin a new session.',
    params: z.strictObject({ id: LocalId }),
    answers: { 200: { description: 'All sessions have ended', schema: EndedSchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = await permit(db, caller, 'write_user', `user:${id}`);
      if (refusal !== null) return refusal;
      if ((await readUser(db, id)) === null) return notFound('person');
      const ended = await endSessionsOf(db, id);
      log.info({ actor: actorOf(caller), ended }, 'All sessions of a person were ended');
      return ok({ user: `user:${id}`, ended });
    },
  }),
];
