import type { Database } from '../database/connect.ts';

export type WebhookCreation =
  | { ok: true; id: string }
  | { ok: false; refusal: 'wallet_not_found' | 'limit_reached' };

/**
 * Stores an address that events are sent to. `owner` is `user:<id>`, `org:<id>`, or `null` for the
 * events of everybody. `secret` arrives encrypted.
 */
export async function createWebhook(
  db: Database,
  endpoint: {
    owner: string | null;
    url: string;
    description: string | null;
    eventTypes: readonly string[];
    secret: Buffer;
    /** Endpoints an owner may have. */
    most: number;
  },
): Promise<WebhookCreation> {
  const { owner, url, description, eventTypes, secret, most } = endpoint;
  const [row] = await db<
    [{ refusal: 'wallet_not_found' | 'limit_reached' | null; endpoint: string }]
  >`
    select r.refusal, r.endpoint
    from bursar.create_webhook(${owner}, ${url}, ${description}, ${[...eventTypes]}::text[], ${secret}, ${most}) r`;
  return row.refusal === null
    ? { ok: true, id: row.endpoint }
    : { ok: false, refusal: row.refusal };
}

/** Changes what is named; false when there is no such endpoint. */
export async function updateWebhook(
  db: Database,
  id: string,
  changes: {
    url?: string | undefined;
    description?: string | null | undefined;
    event_types?: string[] | undefined;
    enabled?: boolean | undefined;
  },
): Promise<boolean> {
  const named = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  );
  const [row] = await db<[{ found: boolean }]>`
    select bursar.update_webhook(${id}::uuid, ${db.json(named)}) as found`;
  return row.found;
}

/** Gives an endpoint another secret; both sign for `overlapMs`. False when there is no such endpoint. */
export async function rotateWebhookSecret(
  db: Database,
  rotation: { id: string; secret: Buffer; overlapMs: number },
): Promise<boolean> {
  const overlap = `${Math.round(rotation.overlapMs)} milliseconds`;
  const [row] = await db<[{ found: boolean }]>`
    select bursar.rotate_webhook_secret(${rotation.id}::uuid, ${rotation.secret}, ${overlap}::interval) as found`;
  return row.found;
}

/** Ends an endpoint for good; false when there is none. */
export async function deleteWebhook(db: Database, id: string): Promise<boolean> {
  const [row] = await db<[{ found: boolean }]>`
    select bursar.delete_webhook(${id}::uuid) as found`;
  return row.found;
}

/** Sends a `webhook.test`; `null` when the endpoint is not enabled. Answers the delivery's UUID. */
export async function testWebhook(db: Database, id: string): Promise<string | null> {
  const [row] = await db<[{ delivery: string | null }]>`
    select bursar.test_webhook(${id}::uuid) as delivery`;
  return row.delivery;
}

/** Sends one delivery again, at once; false when the endpoint has no such delivery. */
export async function replayWebhookDelivery(
  db: Database,
  endpoint: string,
  delivery: string,
): Promise<boolean> {
  const [row] = await db<[{ found: boolean }]>`
    select bursar.replay_webhook_delivery(${endpoint}::uuid, ${delivery}::uuid) as found`;
  return row.found;
}

/**
 * Sends again what failed between two moments (with `delivered` everything), and what happened while
 * the endpoint was disabled; `limit` of each at most.
 */
export async function replayWebhookRange(
  db: Database,
  range: { endpoint: string; from: Date; to: Date; delivered: boolean; limit: number },
): Promise<{ resent: number; recovered: number }> {
  const { endpoint, from, to, delivered, limit } = range;
  const [row] = await db<[{ resent: number; recovered: number }]>`
    select r.resent, r.recovered
    from bursar.replay_webhook_range(${endpoint}::uuid, ${from}, ${to}, ${delivered}, ${limit}) r`;
  return row;
}
