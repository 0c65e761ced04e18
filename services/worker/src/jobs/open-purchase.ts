import {
  formatAmount,
  toPublicId,
  type JobPayload,
  type OperationHead,
  type PurchaseOrder,
} from '@bursar/contracts';
import {
  adoptCheckout,
  areCodesFrozen,
  attachCheckout,
  closePurchase,
  openedPurchase,
  openPurchase,
  refusePurchase,
  reserveBonus,
  settleFreePurchase,
  type OpenedPurchase,
} from '@bursar/ledger/operations';
import { CheckoutRefused } from '@bursar/payments';
import { cartOf } from '../purchases/cart-of.ts';
import { customerOf } from '../purchases/customer-of.ts';
import { codeRefused, priceOrder, type PricedOrder } from '../purchases/price-order.ts';
import { OrderNotReady } from '../purchases/order-not-ready.ts';
import { settleSession } from '../purchases/settle-session.ts';
import type { WorkerContext } from '../worker-context.ts';

/** Stripe keeps a session open between 30 minutes and a day. */
const PAGE_MINUTES = 60;

/** Every round closes an order that could not be paid any more; more than one in a row is a race. */
const ROUNDS_MAX = 3;

/**
 * Turns an order into something the customer can pay. Each step can be repeated: the order is found
 * by its operation or its cart, the customer and the session by keys that are derived from the order.
 */
export async function openOrder(
  context: WorkerContext,
  job: JobPayload<'open-purchase'>,
): Promise<void> {
  const { operation, order } = job;
  const months = order.expiry_months ?? context.policy.expiryMonths;
  const cart = cartOf(operation.actor, order);
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    const outcome = await openPurchase(
      context.db,
      operation,
      order,
      months,
      cart,
      context.policy.checkoutLimits,
    );
    if (outcome.verdict !== 'pending') return;
    const opened = openedPurchase(outcome.result);
    if (opened.session === null) {
      await carryOut(context, operation, order, opened);
      return;
    }
    if (opened.own || (await canBePaid(context, opened.session))) {
      await adoptCheckout(context.db, operation, opened.purchase);
      return;
    }
  }
  throw new OrderNotReady('The orders of this cart are being paid or closed one after the other.');
}

/** Asks Stripe, because a page may have been completed or closed since we heard of it. */
async function canBePaid(context: WorkerContext, session: string): Promise<boolean> {
  const facts = await context.payments.readCheckout(session);
  if (facts?.status === 'open') return true;
  if ((await settleSession(context, session)) === 'not_ours') {
    // This account does not know the page, so nobody can pay there.
    await closePurchase(context.db, session, 'expired');
  }
  return false;
}

async function carryOut(
  context: WorkerContext,
  operation: OperationHead,
  order: PurchaseOrder,
  opened: OpenedPurchase,
): Promise<void> {
  const { purchase } = opened;
  const priced = await priceToPay(context, operation, order, purchase);
  if (!priced.ok) {
    await refusePurchase(context.db, operation, purchase, priced.error);
  } else if (priced.total === 0 && priced.promotion !== null) {
    await settleFreePurchase(
      context.db,
      operation,
      purchase,
      priced.promotion.id,
      priced.remaining,
      priced.promotion.firstPurchaseOnly,
    );
  } else {
    await sendToCheckout(context, operation, opened, order, priced).catch((error: unknown) => {
      if (!(error instanceof CheckoutRefused)) throw error;
      const { code, detail } = error;
      return refusePurchase(context.db, operation, purchase, { code, detail });
    });
  }
}

/** The price, with a code of ours set aside for as long as it can be paid. */
async function priceToPay(
  context: WorkerContext,
  operation: OperationHead,
  order: PurchaseOrder,
  purchase: string,
): Promise<PricedOrder> {
  const priced = await priceOrder(context, order, operation.actor, purchase);
  if (!priced.ok || priced.bonus === 0n) return priced;
  const obstacle = await reserveBonus(context.db, purchase);
  return obstacle === null ? priced : codeRefused(order.promotion_code ?? '', obstacle);
}

async function sendToCheckout(
  context: WorkerContext,
  operation: OperationHead,
  { purchase, acceptedAt }: OpenedPurchase,
  order: PurchaseOrder,
  priced: Extract<PricedOrder, { ok: true }>,
): Promise<void> {
  const { publicUrl } = context.policy;
  const customer = await customerOf(context, order.wallet);
  const checkout = await context.payments.openCheckout({
    purchaseId: toPublicId('pur', purchase),
    wallet: order.wallet,
    credits: BigInt(order.credits),
    customer,
    productName: `${formatAmount(BigInt(order.credits))} credits`,
    subtotal: order.subtotal,
    currency: order.currency,
    ...(priced.promotion === null ? {} : { promotion: { id: priced.promotion.id } }),
    // One code an order, wherever it is typed.
    allowCodes: priced.bonus === 0n && !(await areCodesFrozen(context.db, order.wallet)),
    switches: context.policy.checkout,
    successUrl:
      order.success_url ?? `${publicUrl}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
    cancelUrl:
      order.cancel_url ??
      `${publicUrl}/checkout/cancelled?wallet=${encodeURIComponent(order.wallet)}`,
    // Counted from the order's acceptance, so that a retry sends the same request under its key.
    expiresAt: new Date(Date.parse(acceptedAt) + (order.page_minutes ?? PAGE_MINUTES) * 60_000),
    ...(order.save_card === true && { saveCard: true }),
  });
  await attachCheckout(context.db, operation, purchase, {
    session: checkout.session,
    url: checkout.url,
    customer,
    discount: priced.discount,
    promotion: priced.promotion?.id ?? null,
  });
}
