import type { Database } from '../database/connect.ts';
import { inBatches } from '../database/in-batches.ts';

/** That one statement deletes. */
const FORGOTTEN_AT_ONCE = 5_000;

/** Counts a declined payment of an order once; answers how many the wallet had within the last hour. */
export async function recordPaymentFailure(
  db: Database,
  charge: string,
  wallet: string,
): Promise<number> {
  const rows = await db<{ count: number | null }[]>`
    select bursar.record_payment_failure(${charge}, ${wallet}) as count`;
  return rows[0]?.count ?? 0;
}

/**
 * Declines of more than a day ago say nothing any more: deletes at most `most` of them, a bounded
 * statement at a time. Returns how many went.
 */
export const forgetPaymentFailures = (db: Database, most: number): Promise<number> =>
  inBatches(FORGOTTEN_AT_ONCE, most, async (limit) => {
    const [row] = await db<[{ count: number }]>`
      select bursar.forget_payment_failures(${limit}::integer) as count`;
    return row.count;
  });

/** A bank's early warning, a dispute, or a review that a rule of the shop opened. */
type WarningKind = 'fraud_warning' | 'dispute' | 'review';

/** Freezes the wallet's codes because a bank warns of the payment of an order; true the first time. */
export async function recordPaymentWarning(
  db: Database,
  id: string,
  purchase: string,
  kind: WarningKind,
): Promise<boolean> {
  const rows = await db<{ first: boolean }[]>`
    select bursar.record_payment_warning(${id}, ${purchase}::uuid, ${kind}) as first`;
  return rows[0]?.first ?? false;
}

/** A dispute was decided for us. */
export async function clearPaymentWarning(db: Database, id: string): Promise<void> {
  await db`select bursar.clear_payment_warning(${id})`;
}

/** An operator's word: answers how many warnings were cleared, `null` for an unknown wallet. */
export async function clearPaymentWarningsOf(
  db: Database,
  wallet: string,
  actor: string,
): Promise<number | null> {
  const rows = await db<{ count: number | null }[]>`
    select bursar.clear_payment_warnings_of(${wallet}, ${actor}) as count`;
  return rows[0]?.count ?? null;
}

/** What banks warned of and nobody has cleared. */
export const listPaymentWarnings = (
  db: Database,
  wallet: string,
): Promise<{ id: string; kind: WarningKind; purchase: string; createdAt: Date }[]> =>
  db`
    select x.id, x.kind, x.purchase_id as purchase, x.created_at as "createdAt"
    from bursar.payment_warnings x
    where x.wallet_id = (select w.id from bursar.wallets w where w.owner = ${wallet}) and x.cleared_at is null
    order by x.created_at desc limit 100`;

/** Sessions of a wallet that can still be paid, to be closed when it is locked. */
export async function findOpenSessionsOf(
  db: Database,
  wallet: string,
): Promise<{ session: string; purchase: string }[]> {
  return db<{ session: string; purchase: string }[]>`
    select p.checkout_session as session, p.id as purchase
    from bursar.purchases p
    where p.wallet_id = (select w.id from bursar.wallets w where w.owner = ${wallet})
      and p.status = 'awaiting_payment' and p.processing_since is null and p.checkout_session is not null
    order by p.id desc limit 100`;
}

/** Whether codes are frozen, because a payment of the wallet is being looked at. */
export async function areCodesFrozen(db: Database, wallet: string): Promise<boolean> {
  const rows = await db<{ frozen: boolean }[]>`
    select bursar.codes_frozen(w.id) as frozen from bursar.wallets w where w.owner = ${wallet}`;
  return rows[0]?.frozen ?? false;
}
