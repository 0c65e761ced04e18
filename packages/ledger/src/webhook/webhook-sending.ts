import type { Database } from '../database/connect.ts';

/** A delivery that this worker is to send now. */
export interface WebhookTask {
  /** The `webhook-id`, as UUID. */
  id: string;
  endpoint: string;
  url: string;
  /** Encrypted. */
  secret: Buffer;
  previousSecret: Buffer | null;
  /** The bytes to sign and send. */
  body: string;
  /** From 1, over all rounds. */
  attempt: number;
  /** From 1, in this round. */
  tries: number;
}

export interface WebhookAttemptRecord {
  delivery: string;
  attempt: number;
  startedAt: Date;
  latencyMs: number;
  httpStatus: number | null;
  error: string | null;
  /** At most 1,000 characters are kept. */
  response: string | null;
  verdict: 'delivered' | 'retry' | 'failed' | 'gone';
  /** Until the next attempt; only for `retry`. */
  waitMs?: number;
}

/**
 * Takes deliveries that are due, fairly over their endpoints, and keeps them for `leaseMs`. At most
 * `each` are under way to one endpoint in all processes together, `failing` to one that failed last.
 */
export async function claimWebhookDeliveries(
  db: Database,
  limits: { most: number; each: number; failing: number; leaseMs: number },
): Promise<WebhookTask[]> {
  const lease = `${limits.leaseMs} milliseconds`;
  return db<WebhookTask[]>`
    select c.id, c.endpoint, c.url, c.secret, c.previous_secret as "previousSecret", c.body, c.attempt, c.tries
    from bursar.claim_webhook_deliveries(${limits.most}, ${limits.each}, ${limits.failing}, ${lease}::interval) c`;
}

/** Notes how an attempt went and what follows. False when its lease had run out and another was noted. */
export async function recordWebhookAttempt(
  db: Database,
  record: WebhookAttemptRecord,
): Promise<boolean> {
  const wait = record.waitMs === undefined ? null : `${Math.round(record.waitMs)} milliseconds`;
  const [row] = await db<[{ recorded: boolean }]>`
    select bursar.record_webhook_attempt(
      ${record.delivery}::uuid, ${record.attempt}, ${record.startedAt}, ${Math.round(record.latencyMs)},
      ${record.httpStatus}, ${record.error}, ${record.response}, ${record.verdict}, ${wait}::interval) as recorded`;
  return row.recorded;
}

/** Drops deliveries older than `days` and those of deleted endpoints; returns how many of `limit`. */
export async function forgetWebhookDeliveries(
  db: Database,
  days: number,
  limit: number,
): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    select bursar.forget_webhook_deliveries(make_interval(days => ${days}::integer), ${limit}) as count`;
  return row.count;
}
