import { formatAmount, type PurchaseOrder, type Rejection } from '@bursar/contracts';
import { areCodesFrozen, findBonus, findCustomer } from '@bursar/ledger/operations';
import type { Promotion } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';

export type PricedOrder =
  | {
      ok: true;
      promotion: Promotion | null;
      /** How often the code may still be used; null for any number, or without a code. */
      remaining: number | null;
      /** Micro-credits that a bonus code of ours adds. */
      bonus: bigint;
      /** Minor units of the order's currency. */
      discount: number;
      total: number;
      summary: Record<string, unknown>;
    }
  | { ok: false; error: Rejection };

/**
 * What the order costs and brings once its code is applied, or why the code does not hold. A code is
 * ours (it adds credits) or Stripe's (it takes something off); ours are looked at first.
 */
export async function priceOrder(
  context: WorkerContext,
  order: PurchaseOrder,
  actor: string,
  purchase?: string,
): Promise<PricedOrder> {
  const owner = await findCustomer(context.db, order.wallet);
  if (owner === null) return { ok: false, error: missingWallet(order.wallet) };
  const { promotion_code: code } = order;
  if (code === undefined) return priced(order, owner.owed, {});
  const bonus = await findBonus(context.db, { ...order, actor, code, purchase });
  if (bonus !== null) {
    return bonus.ok
      ? priced(order, owner.owed, { bonus: bonus.credits })
      : codeRefused(code, bonus.obstacle);
  }
  if (await areCodesFrozen(context.db, order.wallet)) {
    return codeRefused(code, 'cannot be used while a payment of this wallet is being looked at');
  }
  const found = await context.payments.findPromotion(code, {
    currency: order.currency,
    subtotal: order.subtotal,
    ...(owner.customer === null ? {} : { customer: owner.customer }),
  });
  if (!found.ok) return { ok: false, error: { code: 'promotion_invalid', detail: found.detail } };
  if (found.promotion.firstPurchaseOnly && owner.hasPurchased) {
    return codeRefused(found.promotion.code, 'is only for a first purchase');
  }
  return priced(order, owner.owed, found);
}

/** A sentence about a code that does not hold; `obstacle` is its end. */
export const codeRefused = (code: string, obstacle: string): { ok: false; error: Rejection } => ({
  ok: false,
  error: {
    code: 'promotion_invalid',
    detail: `The promotion code ${JSON.stringify(code)} ${obstacle}; nothing was bought.`,
  },
});

function priced(
  order: PurchaseOrder,
  owed: bigint,
  code: { promotion?: Promotion; remaining?: number | null; discount?: number; bonus?: bigint },
): PricedOrder {
  const { promotion = null, remaining = null, discount = 0, bonus = 0n } = code;
  const total = order.subtotal - discount;
  const credits = BigInt(order.credits);
  const arriving = credits + bonus;
  const settles = owed < arriving ? owed : arriving;
  const money = (amount: number) => ({ amount, currency: order.currency });
  return {
    ok: true,
    promotion,
    remaining,
    bonus,
    discount,
    total,
    summary: {
      wallet: order.wallet,
      credits: formatAmount(credits),
      bonus: formatAmount(bonus),
      // What is owed is paid first; the remainder can be spent.
      settles: formatAmount(settles),
      adds: formatAmount(arriving - settles),
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
