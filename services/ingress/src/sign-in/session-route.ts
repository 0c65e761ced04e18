import { listMemberships, readUser } from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem } from '../problems/problem.ts';
import { TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const SessionSchema = z
  .object({
    user: z.object({ id: z.string(), name: z.string().nullable(), email: z.string().nullable() }),
    operator: z.boolean().meta({ description: 'Whether "Bursar-Role: operator" may be sent' }),
    organizations: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        role: z.enum(['owner', 'admin', 'member']),
        status: z.enum(['active', 'suspended']),
      }),
    ),
    expires_at: TimeSchema.nullable().meta({
      description: 'When the session or the token ends at the latest; null for an acting key',
    }),
  })
  .meta({ id: 'Session' });

export const sessionRoutes = ({ db }: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/session',
    operationId: 'getSession',
    tag: 'Session',
    summary: 'Show who is signed in, and what they belong to',
    description: 'For people: by the cookie of the console, a JWT, or Bursar-Act-As.',
    answers: { 200: { description: 'The person', schema: SessionSchema } },
    handle: async ({ caller }) => {
      const id = personOf(caller);
      if (id === undefined) {
        return problem(
          'forbidden',
          'Only people have a session. Send Bursar-Act-As with this key.',
        );
      }
      const [user, memberships] = await Promise.all([readUser(db, id), listMemberships(db, id)]);
      if (user === null) return notFound('person');
      const signedIn = caller.kind === 'product' ? undefined : caller.signedIn;
      return ok({
        user: { id: `user:${user.id}`, name: user.name, email: user.email },
        operator: signedIn?.operator ?? false,
        organizations: memberships.map(({ organization, name, role, status }) => ({
          id: `org:${organization}`,
          name,
          role,
          status,
        })),
        expires_at: signedIn?.expiresAt.toISOString() ?? null,
      });
    },
  }),
];

function personOf(caller: Caller): string | undefined {
  if (caller.kind === 'person') return caller.id;
  return caller.kind === 'operator' ? caller.person : undefined;
}
