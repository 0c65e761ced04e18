import type { Database } from '../database/connect.ts';

/** What the purchase flow must remember about Stripe between its steps. */
export interface PurchaseRecord {
  id: string;
  wallet: string;
  status: string;
  credits: bigint;
  subtotal: bigint;
  currency: string;
  checkoutSession: string | null;
  paymentIntent: string | null;
  customer: string | null;
  /** It was rebuilt and waits for an operator, or was dismissed by one: nothing is credited. */
  heldBack: boolean;
}

/** Finds a purchase by its own id or by its checkout session. */
export async function findPurchase(
  db: Database,
  by: { id: string } | { session: string } | { paymentIntent: string },
): Promise<PurchaseRecord | null> {
  const where =
    'id' in by
      ? db`p.id = ${by.id}::uuid`
      : 'session' in by
        ? db`p.checkout_session = ${by.session}`
        : db`p.payment_intent = ${by.paymentIntent}`;
  const rows = await db<PurchaseRecord[]>`
    select p.id, w.owner as wallet, p.status, p.credits, p.subtotal, p.currency,
      p.checkout_session as "checkoutSession", p.payment_intent as "paymentIntent", p.customer,
      bursar.is_held_back(p) as "heldBack"
    from bursar.purchases p
    join bursar.wallets w on w.id = p.wallet_id
    where ${where}`;
  return rows[0] ?? null;
}

/** Who buys for a wallet. */
export interface CustomerRecord {
  customer: string | null;
  email: string | null;
  name: string | null;
  hasPurchased: boolean;
  /** Micro-credits that the wallet owes. */
  owed: bigint;
}

/** The Stripe customer of a wallet, and the mail address its receipts go to. */
export async function findCustomer(db: Database, owner: string): Promise<CustomerRecord | null> {
  const rows = await db<CustomerRecord[]>`
    select c.customer, u.email, coalesce(u.name, g.name) as name,
      exists (
        select from bursar.purchases p where p.wallet_id = w.id and p.transaction_id is not null
      ) as "hasPurchased", w.owed
    from bursar.wallets w
    left join bursar.stripe_customers c on c.wallet_id = w.id
    left join bursar.users u on w.owner = 'user:' || u.id
    left join bursar.organizations g on w.owner = 'org:' || g.id
    where w.owner = ${owner}`;
  return rows[0] ?? null;
}

/**
 * Remembers a wallet's customer in place of the one it had, which may have been deleted at Stripe.
 * Of two that replace the same one the first stays, and is returned to both.
 */
export async function rememberCustomer(
  db: Database,
  owner: string,
  customer: string,
  before: string | null,
): Promise<string> {
  const rows = await db<{ customer: string }[]>`
    select bursar.remember_customer(${owner}, ${customer}, ${before}) as customer`;
  const row = rows[0];
  if (row === undefined) throw new Error(`There is no wallet ${owner} to remember a customer for.`);
  return row.customer;
}

/** Marks a stored Stripe event as dealt with. */
export async function settleStripeEvent(
  db: Database,
  id: string,
  status: 'processed' | 'ignored',
): Promise<void> {
  await db`select bursar.settle_stripe_event(${id}, ${status}::bursar.stripe_event_status)`;
}

/** An event as it was received; its object is fetched again when it is handled. */
export async function findStripeEvent(
  db: Database,
  id: string,
): Promise<{ id: string; type: string; objectId: string; status: string } | null> {
  const rows = await db<{ id: string; type: string; objectId: string; status: string }[]>`
    select e.id, e.type, e.object_id as "objectId", e.status from bursar.stripe_events e where e.id = ${id}`;
  return rows[0] ?? null;
}

/** Events whose job may have been lost: received a minute ago and still not dealt with. */
export async function findWaitingStripeEvents(db: Database, limit: number): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select e.id from bursar.stripe_events e
    where e.status = 'received' and e.received_at < now() - interval '60 seconds'
    order by e.received_at limit ${limit}`;
  return rows.map((row) => row.id);
}

/** Sessions of orders that are still open after a while; their state is asked from Stripe. */
export async function findOpenSessions(
  db: Database,
  olderThanMinutes: number,
  limit: number,
): Promise<string[]> {
  const rows = await db<{ session: string }[]>`
    select p.checkout_session as session from bursar.purchases p
    where p.status = 'awaiting_payment' and p.checkout_session is not null
      and p.created_at < now() - make_interval(mins => ${olderThanMinutes}::integer)
    order by p.created_at limit ${limit}`;
  return rows.map((row) => row.session);
}
