import {
  ApiKeyBody,
  ApiKeyChangeBody,
  EmptyBody,
  RateLimitBody,
  SCOPES,
  toPublicId,
} from '@bursar/contracts';
import {
  insertApiKey,
  revokeApiKey,
  rotateApiKey,
  setRateLimit,
  type ApiKeyRecord,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { hashApiKey, makeApiKey } from '../access/api-key.ts';
import { permitAnywhere } from '../access/permit.ts';
import { created, ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { publicIdParam, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

/** After a rotation the key before stays valid this long, so that nothing stops while it is rolled out. */
const ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1_000;

const ApiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    key: z.string().meta({ description: 'Shown this once' }),
    last_four: z.string(),
    rate_limit: RateLimitBody.nullable().meta({
      description: 'Limits of its own; what is not named counts as for every key',
    }),
    created_at: TimeSchema,
  })
  .meta({ id: 'ApiKey' });

const ChangedKeySchema = ApiKeySchema.omit({ key: true }).meta({ id: 'ChangedApiKey' });

const KeyParams = z.strictObject({ id: publicIdParam('key') });

export const apiKeyRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/api-keys',
    operationId: 'createApiKey',
    tag: 'Operating',
    summary: 'Make a key for a product; it is shown once',
    body: ApiKeyBody,
    example: {
      name: 'Render farm',
      scopes: ['charges:write'],
      rate_limit: { writes: '6000/60s', burst: '500/1s' },
    },
    answers: { 201: { description: 'The key', schema: ApiKeySchema } },
    handle: async ({ caller, body: { name, scopes, rate_limit } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const { key, hash, lastFour } = newKey(services);
      return created(
        render(
          await insertApiKey(services.db, {
            name,
            hash,
            lastFour,
            scopes,
            rateLimit: rate_limit ?? null,
          }),
          key,
        ),
      );
    },
  }),
  route({
    method: 'patch',
    path: '/v1/api-keys/{id}',
    operationId: 'changeApiKey',
    tag: 'Operating',
    summary: 'Give a key rate limits of its own; other replicas count by them within five seconds',
    params: KeyParams,
    body: ApiKeyChangeBody,
    example: { rate_limit: { writes: '600/60s', reads: 'off' } },
    answers: { 200: { description: 'The key, without its secret', schema: ChangedKeySchema } },
    handle: async ({ caller, params: { id }, body }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const record = await setRateLimit(services.db, id, body.rate_limit);
      services.keys.forget();
      if (record === null) return notFound('API key');
      const { key: _secret, ...shown } = render(record, '');
      return ok(shown);
    },
  }),
  route({
    method: 'post',
    path: '/v1/api-keys/{id}/rotate',
    operationId: 'rotateApiKey',
    tag: 'Operating',
    summary: 'Give a key another secret; the one before works for 24 hours more',
    params: KeyParams,
    body: EmptyBody,
    example: {},
    answers: { 200: { description: 'The new key', schema: ApiKeySchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const { key, ...rest } = newKey(services);
      const rotation = { id, overlapMs: ROTATION_OVERLAP_MS, ...rest };
      const record = await rotateApiKey(services.db, rotation);
      return record === null ? notFound('API key') : ok(render(record, key));
    },
  }),
  route({
    method: 'delete',
    path: '/v1/api-keys/{id}',
    operationId: 'revokeApiKey',
    tag: 'Operating',
    summary: 'End a key for good; other replicas may accept it for five seconds more',
    params: KeyParams,
    answers: { 204: { description: 'The key is revoked' } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const found = await revokeApiKey(services.db, id);
      services.keys.forget();
      return found ? { kind: 'empty' } : notFound('API key');
    },
  }),
];

function newKey({ secrets }: Services): { key: string; hash: Buffer; lastFour: string } {
  const key = makeApiKey();
  return { key, hash: hashApiKey(secrets.apiKeyPepper, key), lastFour: key.slice(-4) };
}

const render = (record: ApiKeyRecord, key: string): z.infer<typeof ApiKeySchema> => ({
  id: toPublicId('key', record.id),
  name: record.name,
  scopes: record.scopes,
  key,
  rate_limit: record.rateLimit,
  last_four: record.lastFour,
  created_at: record.createdAt.toISOString(),
});
