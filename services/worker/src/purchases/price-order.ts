import { formatAmount, type PurchaseOrder, type Rejection } from '@bursar/contracts';
import { findCustomer } from '@bursar/ledger/operations';
import type { Promotion } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';

export type PricedOrder =
  | {
      ok: true;
      promotion: Promotion | null;
      /** How often the code may still be used; null for any number, or without a code. */
      remaining: number | null;
      /** Minor units of the order's currency. */
      discount: number;
      total: number;
      summary: Record<string, unknown>;
    }
  | { ok: false; error: Rejection };

/** What the order costs once its promotion code is applied, or why the code does not hold. */
export async function priceOrder(
  context: WorkerContext,
  order: PurchaseOrder,
): Promise<PricedOrder> {
  const owner = await findCustomer(context.db, order.wallet);
  if (owner === null) return { ok: false, error: missingWallet(order.wallet) };
  if (order.promotion_code === undefined) return priced(order, owner.owed, null, 0, null);
  const found = await context.payments.findPromotion(order.promotion_code, {
    currency: order.currency,
    subtotal: order.subtotal,
    ...(owner.customer === null ? {} : { customer: owner.customer }),
  });
  if (!found.ok) return { ok: false, error: { code: 'promotion_invalid', detail: found.detail } };
  if (found.promotion.firstPurchaseOnly && owner.hasPurchased) {
    const detail = `The promotion code ${JSON.stringify(found.promotion.code)} is only for a first purchase; nothing was bought.`;
    return { ok: false, error: { code: 'promotion_invalid', detail } };
  }
  return priced(order, owner.owed, found.promotion, found.discount, found.remaining);
}

function priced(
  order: PurchaseOrder,
  owed: bigint,
  promotion: Promotion | null,
  discount: number,
  remaining: number | null,
): PricedOrder {
  const total = order.subtotal - discount;
  const credits = BigInt(order.credits);
  const settles = owed < credits ? owed : credits;
  const money = (amount: number) => ({ amount, currency: order.currency });
  return {
    ok: true,
    promotion,
    remaining,
    discount,
    total,
    summary: {
      wallet: order.wallet,
      credits: formatAmount(credits),
      // What is owed is paid first; the remainder can be spent.
      settles: formatAmount(settles),
      adds: formatAmount(credits - settles),
      subtotal: money(order.subtotal),
      discount: money(discount),
      total: money(total),
    },
  };
}

const missingWallet = (wallet: string): Rejection => ({
  code: 'wallet_not_found',
  detail: `There is no wallet ${wallet}; nothing was bought. Create its user or organization first.`,
});
