import { LocalId, UserBody } from '@bursar/contracts';
import { putUser, readUser, type UserView } from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { created, ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import { TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const UserSchema = z
  .object({
    id: z.string(),
    wallet: z.string(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    created_at: TimeSchema,
  })
  .meta({ id: 'User' });

const UserParams = z.strictObject({ id: LocalId });

export const userRoutes = (services: Services): Route[] => [
  route({
    method: 'put',
    path: '/v1/users/{id}',
    operationId: 'putUser',
    tag: 'Directory',
    summary: 'Create a person with their wallet, or change who they are',
    description: 'What is left out stays; null clears.',
    params: UserParams,
    body: UserBody,
    example: { email: 'ana@example.com', name: 'Ana' },
    answers: {
      200: { description: 'The person', schema: UserSchema },
      201: { description: 'The new person', schema: UserSchema },
    },
    handle: async ({ caller, params: { id }, body }) => {
      const refusal = await permit(services.db, caller, 'write_user', `user:${id}`);
      if (refusal !== null) return refusal;
      const borrowed = await refusalOfAddress(services, caller, body.email);
      if (borrowed !== null) return borrowed;
      const emailUnconfirmed = caller.kind === 'person';
      const outcome = await putUser(services.db, { id, ...body, emailUnconfirmed });
      const user = await readUser(services.db, id);
      if (user === null) return notFound('person');
      return outcome.created ? created(renderUser(user)) : ok(renderUser(user));
    },
  }),
  route({
    method: 'get',
    path: '/v1/users/{id}',
    operationId: 'getUser',
    tag: 'Directory',
    summary: 'Show a person',
    params: UserParams,
    answers: { 200: { description: 'The person', schema: UserSchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = await permit(services.db, caller, 'write_user', `user:${id}`);
      if (refusal !== null) return refusal;
      const user = await readUser(services.db, id);
      return user === null ? notFound('person') : ok(renderUser(user));
    },
  }),
];

/** Who signs in has an address that somebody vouches for: any other could be somebody else's. */
async function refusalOfAddress(
  { db }: Services,
  caller: Caller,
  email: string | null | undefined,
): Promise<Problem | null> {
  if (caller.kind !== 'person' || caller.signedIn === undefined || email === undefined) return null;
  const user = await readUser(db, caller.id);
  if (email === user?.email) return null;
  return problem(
    'forbidden',
    'Your address is kept by your sign-in provider, or by whoever created your account here; nothing was changed. Change it there and sign in again, or ask an operator.',
  );
}

const renderUser = (user: UserView): z.infer<typeof UserSchema> => ({
  id: user.id,
  wallet: `user:${user.id}`,
  email: user.email,
  name: user.name,
  created_at: user.createdAt.toISOString(),
});
