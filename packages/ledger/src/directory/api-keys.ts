import type { RateLimitBody, Scope } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from '../reads/page.ts';

/** What may be shown of a key after it was made. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  lastFour: string;
  scopes: Scope[];
  /** Null: the installation's limits count. */
  rateLimit: RateLimitBody | null;
  /** The bare id of the organization it is bound to; `null`: to none. */
  organization: string | null;
  /** Whether a bound key also reaches the wallets of members. */
  reachesMembers: boolean;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  createdAt: Date;
}

/**
 * Stores a product's key by its keyed hash; the database makes the id. `null` when there is no such
 * organization.
 */
export async function insertApiKey(
  db: Database,
  key: {
    name: string;
    hash: Buffer;
    lastFour: string;
    scopes: readonly Scope[];
    rateLimit?: RateLimitBody | null;
    organization?: string | null;
    reachesMembers?: boolean;
    expiresAt?: Date | null;
  },
): Promise<ApiKeyRecord | null> {
  const { organization = null, reachesMembers = false, expiresAt = null } = key;
  const [row] = await db<ApiKeyRecord[]>`
    select ${keyColumns(db)}
    from bursar.insert_api_key(${key.name}, ${key.hash}, ${key.lastFour}, ${[...key.scopes]}::text[],
      ${jsonOrNull(db, key.rateLimit ?? null)}::jsonb, ${organization}, ${reachesMembers}, ${expiresAt}) k
    where k.id is not null`;
  return row ?? null;
}

/**
 * Gives a key another secret; the one before stays valid for `overlapMs`.
 *
 * @returns `null` when there is no such key, or it was revoked.
 */
export async function rotateApiKey(
  db: Database,
  rotation: { id: string; hash: Buffer; lastFour: string; overlapMs: number },
): Promise<ApiKeyRecord | null> {
  const overlap = `${Math.round(rotation.overlapMs)} milliseconds`;
  const [row] = await db<ApiKeyRecord[]>`
    select ${keyColumns(db)}
    from bursar.rotate_api_key(${rotation.id}::uuid, ${rotation.hash}, ${rotation.lastFour}, ${overlap}::interval) k
    where k.id is not null`;
  return row ?? null;
}

/**
 * Gives a key limits of its own, or with `null` the installation's again.
 *
 * @returns `null` when there is no such key, or it was revoked.
 */
export async function setRateLimit(
  db: Database,
  id: string,
  rateLimit: RateLimitBody | null,
): Promise<ApiKeyRecord | null> {
  const [row] = await db<ApiKeyRecord[]>`
    select ${keyColumns(db)}
    from bursar.set_rate_limit(${id}::uuid, ${jsonOrNull(db, rateLimit)}::jsonb) k
    where k.id is not null`;
  return row ?? null;
}

/** One page of the products' keys that were not revoked, the newest first: of an organization, or all. */
export async function listApiKeys(
  db: Database,
  organization: string | undefined,
  page: Page,
): Promise<PageOf<ApiKeyRecord>> {
  const found = await db<ApiKeyRecord[]>`
    select ${keyColumns(db)}
    from bursar.api_keys k
    where not k.operator and k.revoked_at is null
      ${organization === undefined ? db`` : db`and k.organization_id = ${organization}`}
      ${page.before === undefined ? db`` : db`and k.id < ${page.before}::uuid`}
    order by k.id desc
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, (key) => key.id);
}

/** One product's key; `null` when there is none, or it was revoked. */
export async function readApiKey(db: Database, id: string): Promise<ApiKeyRecord | null> {
  const [key] = await db<ApiKeyRecord[]>`
    select ${keyColumns(db)}
    from bursar.api_keys k
    where k.id = ${id} and not k.operator and k.revoked_at is null`;
  return key ?? null;
}

/** Notes that these keys were used just now. */
export async function touchApiKeys(db: Database, ids: readonly string[]): Promise<void> {
  await db`select bursar.touch_api_keys(${[...ids]}::uuid[])`;
}

/** Ends a key for good, at once. False when there is no such key; true also when it was over already. */
export async function revokeApiKey(db: Database, id: string): Promise<boolean> {
  const [row] = await db<[{ found: boolean }]>`
    select bursar.revoke_api_key(${id}::uuid) as found`;
  return row.found;
}

/**
 * Makes exactly this secret the operator key of this name, and returns its id. For the boot, with
 * the owner's role: the ingress has no right to it.
 */
export async function upsertOperatorKey(
  db: Database,
  key: { hash: Buffer; lastFour: string; name: string },
): Promise<string> {
  const [row] = await db<[{ id: string }]>`
    select bursar.upsert_operator_key(${key.hash}, ${key.lastFour}, ${key.name}) as id`;
  return row.id;
}

const keyColumns = (db: Database) => db`
  k.id,
  k.name,
  k.last_four as "lastFour",
  k.scopes,
  k.rate_limit as "rateLimit",
  k.organization_id as organization,
  k.reaches_members as "reachesMembers",
  k.expires_at as "expiresAt",
  k.last_used_at as "lastUsedAt",
  k.created_at as "createdAt"`;

const jsonOrNull = (db: Database, value: RateLimitBody | null) =>
  value === null ? null : db.json({ ...value });
