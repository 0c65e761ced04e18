import type { Database } from '../database/connect.ts';

export interface StripeEventPointer {
  /** Stripe's `evt_…`. */
  id: string;
  type: string;
  /** The object it is about; fetched again when the event is handled. */
  objectId: string;
  livemode: boolean;
}

/**
 * Writes an event down, once. `known` was written before and waits to be handled; `processed` needs
 * nothing more.
 */
export async function recordStripeEvent(
  db: Database,
  event: StripeEventPointer,
): Promise<'new' | 'known' | 'processed'> {
  const [row] = await db<[{ verdict: 'new' | 'known' | 'processed' }]>`
    select bursar.record_stripe_event(${event.id}, ${event.type}, ${event.objectId}, ${event.livemode}) as verdict`;
  return row.verdict;
}
