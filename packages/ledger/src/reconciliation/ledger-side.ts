import type { Database } from '../database/connect.ts';

/** An order as the reconciliation compares it with its checkout session. */
export interface OrderRecord {
  id: string;
  wallet: string;
  status: string;
  /** Micro-credits. */
  credits: bigint;
  /** Minor units. */
  subtotal: bigint;
  paidTotal: bigint | null;
  currency: string;
  session: string | null;
  paymentIntent: string | null;
  customer: string | null;
  granted: boolean;
  /** Its owner was deleted; nothing can be granted any more. */
  closed: boolean;
  /** It was made anew from its page and nobody has decided about it. */
  undecided: boolean;
  /** An operator decided that nothing is credited. */
  dismissed: boolean;
}

/**
 * The orders that these sessions or order ids name, and beside them every order that is still open or
 * was settled within the window.
 */
export async function readOrdersToCompare(
  db: Database,
  wanted: { sessions: readonly string[]; ids: readonly string[]; from: Date; to: Date },
): Promise<OrderRecord[]> {
  return db<OrderRecord[]>`
    select p.id, w.owner as wallet, p.status, p.credits, p.subtotal, p.paid_total as "paidTotal", p.currency,
      p.checkout_session as session, p.payment_intent as "paymentIntent", p.customer,
      p.transaction_id is not null as granted, w.closed_at is not null as closed,
      p.rebuilt_at is not null and p.approved_at is null and p.dismissed_at is null as undecided,
      p.dismissed_at is not null as dismissed
    from bursar.purchases p
    join bursar.wallets w on w.id = p.wallet_id
    where p.checkout_session = any (${[...wanted.sessions]}::text[])
      or p.id = any (${[...wanted.ids]}::uuid[])
      or (p.checkout_session is not null and p.created_at < ${wanted.to}
        and (p.status in ('awaiting_payment', 'needs_review')
          or (p.settled_at >= ${wanted.from} and p.settled_at < ${wanted.to})))`;
}

/** Orders of which something was taken back or disputed lately, by their payment intents. */
export async function findReversedPayments(db: Database, since: Date): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select p.payment_intent as id from bursar.purchases p
    where p.payment_intent is not null and p.transaction_id is not null
      and (p.status = 'disputed' or (p.taken_back > 0 and p.reversals_read_at >= ${since}))`;
  return rows.map(({ id }) => id);
}

export interface TakeBackDifference {
  paymentIntent: string;
  purchase: string;
  wallet: string;
  currency: string;
  /** Micro-credits that the money which went back calls for. */
  expected: bigint;
  /** Micro-credits that are taken back. */
  actual: bigint;
}

/** What should be and what is taken back, for each of these payments that paid an order. */
export async function readTakeBackDifferences(
  db: Database,
  payments: readonly { paymentIntent: string; returned: number }[],
): Promise<TakeBackDifference[]> {
  const told = payments.map(({ paymentIntent, returned }) => ({
    payment_intent: paymentIntent,
    returned,
  }));
  return db<TakeBackDifference[]>`
    select d.payment_intent as "paymentIntent", d.purchase, d.wallet, d.currency, d.expected, d.actual
    from bursar.take_back_differences(${JSON.stringify(told)}::text::jsonb) d`;
}

/** Writes down the events that are new and answers the ids of all that wait to be handled. */
export async function backfillStripeEvents(
  db: Database,
  events: readonly { id: string; type: string; objectId: string; livemode: boolean }[],
): Promise<Set<string>> {
  if (events.length === 0) return new Set();
  const told = events.map(({ objectId, ...event }) => ({ ...event, object_id: objectId }));
  const rows = await db<{ id: string }[]>`
    select e as id from bursar.backfill_stripe_events(${JSON.stringify(told)}::text::jsonb) e`;
  return new Set(rows.map(({ id }) => id));
}

/** The events of these ids that are written down, and whether they wait to be handled. */
export async function findStripeEvents(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, 'received' | 'processed' | 'ignored'>> {
  const rows = await db<{ id: string; status: 'received' | 'processed' | 'ignored' }[]>`
    select e.id, e.status from bursar.stripe_events e where e.id = any (${[...ids]}::text[])`;
  return new Map(rows.map(({ id, status }) => [id, status]));
}

export interface OverdueEvent {
  id: string;
  type: string;
  objectId: string;
  livemode: boolean;
}

/** Events that were received before a moment and that nobody has handled, the oldest first. */
export async function findOverdueStripeEvents(
  db: Database,
  before: Date,
  limit: number,
): Promise<OverdueEvent[]> {
  return db<OverdueEvent[]>`
    select e.id, e.type, e.object_id as "objectId", e.livemode
    from bursar.stripe_events e
    where e.status = 'received' and e.received_at < ${before}
    order by e.received_at limit ${limit}`;
}

/** Top-ups that are under way since before the window's end, or that ended without a grant within it. */
export async function findTopUpsToCompare(
  db: Database,
  { from, to }: { from: Date; to: Date },
): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select a.id from bursar.top_up_attempts a
    where (a.status in ('charging', 'processing', 'unknown') and a.started_at < ${to})
      or (a.status in ('declined', 'failed') and a.started_at is not null
        and a.settled_at >= ${from} and a.settled_at < ${to})`;
  return rows.map(({ id }) => id);
}

/** Which of these bills, by Stripe's ids, are settled as paid; their periods were granted with that. */
export async function findPaidBills(db: Database, bills: readonly string[]): Promise<Set<string>> {
  const rows = await db<{ invoice: string }[]>`
    select i.invoice from bursar.subscription_invoices i
    where i.invoice = any (${[...bills]}::text[]) and i.status = 'paid'`;
  return new Set(rows.map(({ invoice }) => invoice));
}

/** How subscriptions stand here, by Stripe's ids, and whose they are. */
export async function readSubscriptionMirror(
  db: Database,
  subscriptions: readonly string[],
): Promise<Map<string, { status: string; wallet: string }>> {
  const rows = await db<{ id: string; status: string; wallet: string }[]>`
    select s.stripe_subscription as id, s.status, w.owner as wallet
    from bursar.subscriptions s join bursar.wallets w on w.id = s.wallet_id
    where s.stripe_subscription = any (${[...subscriptions]}::text[])`;
  return new Map(rows.map(({ id, ...mirror }) => [id, mirror]));
}
