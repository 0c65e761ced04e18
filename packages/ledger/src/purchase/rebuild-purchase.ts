import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';
import type { PurchaseSummary } from './purchases.ts';

/** A paid page whose order is missing, as it tells of itself. */
export interface LostOrder {
  /** The order's UUID. */
  id: string;
  wallet: string;
  /** Micro-credits. */
  credits: bigint;
  /** Minor units. */
  subtotal: number;
  currency: string;
  session: string;
  customer: string | null;
}

/**
 * Writes a lost order anew as `needs_review`; nothing is credited before an operator approves it.
 * Returns `null` when its wallet is unknown or closed, or another order has its id or page.
 */
export const rebuildPurchase = (
  db: Database,
  order: LostOrder,
  expiryMonths: number,
): Promise<PurchaseSummary | null> =>
  inTransaction(db, async (tx) => {
    const [row] = await tx<{ purchase: PurchaseSummary | null }[]>`
      select bursar.rebuild_purchase(
        ${order.id}::uuid, ${order.wallet}, ${order.credits}::bigint, ${order.subtotal}::bigint, ${order.currency},
        ${order.session}, ${order.customer}, ${expiryMonths}::integer) as purchase`;
    return row?.purchase ?? null;
  });

/**
 * What an operator decides about an order in review: a rebuilt one of an open wallet may be credited
 * after all, any may be dismissed. False when it does not wait for that.
 */
export async function decideReview(
  db: Database,
  purchase: string,
  decision: 'approve' | 'dismiss',
  by: string,
  reason: string,
): Promise<boolean> {
  const rows =
    decision === 'approve'
      ? await db<{ done: boolean }[]>`
          select bursar.approve_purchase(${purchase}::uuid, ${by}, ${reason}) as done`
      : await db<{ done: boolean }[]>`
          select bursar.dismiss_purchase(${purchase}::uuid, ${by}, ${reason}) as done`;
  return rows[0]?.done ?? false;
}
