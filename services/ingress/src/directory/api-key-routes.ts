import {
  ApiKeyBody,
  ApiKeyChangeBody,
  EmptyBody,
  OrganizationOwner,
  RateLimitBody,
  SCOPES,
  toPublicId,
} from '@bursar/contracts';
import {
  insertApiKey,
  listApiKeys,
  readOrganization,
  revokeApiKey,
  rotateApiKey,
  setRateLimit,
  type ApiKeyRecord,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { hashApiKey, makeApiKey } from '../access/api-key.ts';
import type { Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { publicIdParam, timeText, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { mayChangeKey, mayManageKeys } from './may-manage-keys.ts';

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
    organization: z.string().nullable().meta({ description: 'What it reaches; null: everything' }),
    members: z.boolean().meta({ description: "Whether it also reaches members' wallets" }),
    expires_at: TimeSchema.nullable(),
    last_used_at: TimeSchema.nullable().meta({ description: 'To about a minute' }),
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
    problems: ['not_found'],
    handle: ({ caller, body }) => makeKey(services, caller, body),
  }),
  route({
    method: 'get',
    path: '/v1/api-keys',
    operationId: 'listApiKeys',
    tag: 'Operating',
    summary: 'List the keys of products, newest first; secrets are never shown again',
    description: 'Owners and administrators name their organization.',
    query: z.strictObject({ organization: OrganizationOwner.optional(), ...PAGE_PARAMETERS }),
    answers: { 200: { description: 'One page', schema: listSchema(ChangedKeySchema) } },
    handle: async ({ caller, query: { organization: owner, ...page } }) => {
      const organization = owner === undefined ? null : bareId(owner);
      const refusal = await mayManageKeys(services, caller, organization);
      if (refusal !== null) return refusal;
      return listAnswer(
        services.secrets.cursor,
        { route: '/v1/api-keys', filters: { organization } },
        page,
        (at) => listApiKeys(services.db, organization ?? undefined, at),
        renderRecord,
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
      return ok(renderRecord(record));
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
      const refusal = await mayChangeKey(services, caller, id);
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
      const refusal = await mayChangeKey(services, caller, id);
      if (refusal !== null) return refusal;
      const found = await revokeApiKey(services.db, id);
      services.keys.forget();
      return found ? { kind: 'empty' } : notFound('API key');
    },
  }),
];

const alreadyOver = (): Problem =>
  problem(
    'invalid_request',
    'No key was made: it would have ended already. Name a later end, or none.',
    {
      errors: [{ pointer: '/expires_at', message: 'must lie in the future' }],
    },
  );

function newKey({ secrets }: Services): { key: string; hash: Buffer; lastFour: string } {
  const key = makeApiKey();
  return { key, hash: hashApiKey(secrets.apiKeyPepper, key), lastFour: key.slice(-4) };
}

const render = (record: ApiKeyRecord, key: string): z.infer<typeof ApiKeySchema> => ({
  ...renderRecord(record),
  key,
});

const renderRecord = (record: ApiKeyRecord): z.infer<typeof ChangedKeySchema> => ({
  id: toPublicId('key', record.id),
  name: record.name,
  scopes: record.scopes,
  rate_limit: record.rateLimit,
  last_four: record.lastFour,
  organization: record.organization === null ? null : `org:${record.organization}`,
  members: record.reachesMembers,
  expires_at: timeText(record.expiresAt),
  last_used_at: timeText(record.lastUsedAt),
  created_at: record.createdAt.toISOString(),
});

const bareId = (organization: string): string => organization.slice('org:'.length);

/**
 * Makes a key. What would let an organization's own key grow beyond its pool is for operators to give:
 * other limits of rate, and members' wallets, which its administrators may not look into either.
 */
async function makeKey(
  services: Services,
  caller: Caller,
  body: z.output<typeof ApiKeyBody>,
): Promise<Answer> {
  const organization = body.organization === undefined ? null : bareId(body.organization);
  const beyond = body.rate_limit !== undefined || body.members === true;
  const refusal =
    (await mayManageKeys(services, caller, organization)) ??
    (beyond ? permitAnywhere(caller, 'operate') : null);
  if (refusal !== null) return refusal;
  if (organization !== null && (await readOrganization(services.db, organization)) === null) {
    return notFound('organization');
  }
  const expiresAt = body.expires_at === undefined ? null : new Date(body.expires_at);
  if (expiresAt !== null && expiresAt <= new Date()) return alreadyOver();
  const { key, hash, lastFour } = newKey(services);
  const record = await insertApiKey(services.db, {
    name: body.name,
    hash,
    lastFour,
    scopes: body.scopes,
    rateLimit: body.rate_limit ?? null,
    organization,
    reachesMembers: body.members ?? false,
    expiresAt,
  });
  return record === null ? notFound('organization') : created(render(record, key));
}
