import type { Scope } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** What may be shown of a key after it was made. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  lastFour: string;
  scopes: Scope[];
  createdAt: Date;
}

/** Stores a product's key by its keyed hash; the database makes the id. */
export async function insertApiKey(
  db: Database,
  key: { name: string; hash: Buffer; lastFour: string; scopes: readonly Scope[] },
): Promise<ApiKeyRecord> {
  const [row] = await db<[ApiKeyRecord]>`
    select ${keyColumns(db)}
    from bursar.insert_api_key(${key.name}, ${key.hash}, ${key.lastFour}, ${[...key.scopes]}::text[]) k`;
  return row;
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
  k.created_at as "createdAt"`;
