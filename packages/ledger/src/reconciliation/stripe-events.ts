import type { Database } from '../database/connect.ts';

export interface StripeEventView {
  id: string;
  type: string;
  objectId: string;
  status: 'received' | 'processed' | 'ignored';
  /** `webhook`, or `backfill` when it was found in Stripe's list. */
  source: string;
  receivedAt: Date;
}

/** The events of a status, the latest first. */
export async function listStripeEvents(
  db: Database,
  filter: { status: string; limit: number },
): Promise<StripeEventView[]> {
  return db<StripeEventView[]>`
    select e.id, e.type, e.object_id as "objectId", e.status, e.source, e.received_at as "receivedAt"
    from bursar.stripe_events e
    where e.status::text = ${filter.status}
    order by e.received_at desc limit ${filter.limit}`;
}

/** Lets an event be handled once more; false when there is none of this id. */
export async function reopenStripeEvent(db: Database, id: string): Promise<boolean> {
  const [row] = await db<[{ id: string | null }]>`select bursar.reopen_stripe_event(${id}) as id`;
  return row.id !== null;
}
