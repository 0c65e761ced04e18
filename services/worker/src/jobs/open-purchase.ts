import {
  formatAmount,
  toPublicId,
  type JobPayload,
  type OperationHead,
  type PurchaseOrder,
} from '@bursar/contracts';
import {
  attachCheckout,
  findCustomer,
  openPurchase,
  refusePurchase,
  rememberCustomer,
  settleFreePurchase,
} from '@bursar/ledger/operations';
import { CheckoutRefused } from '@bursar/payments';
import { priceOrder, type PricedOrder } from '../purchases/price-order.ts';
import type { WorkerContext } from '../worker-context.ts';

/** Stripe keeps a session open between 30 minutes and a day. */
const SESSION_LIFETIME_MS = 60 * 60 * 1_000;

/**
 * Turns an order into something the customer can pay. Each step can be repeated: the order is found
 * by its operation, the customer and the session by keys that are derived from the order.
 */
export async function openOrder(
  context: WorkerContext,
  job: JobPayload<'open-purchase'>,
): Promise<void> {
  const { operation, order } = job;
  const opened = await openPurchase(context.db, operation, order, context.policy.expiryMonths);
  if (opened.verdict !== 'pending') return;
  const purchase = String(opened.result['purchase']);
  const priced = await priceOrder(context, order);
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
    await sendToCheckout(context, operation, purchase, order, priced).catch((error: unknown) => {
      if (!(error instanceof CheckoutRefused)) throw error;
      const { code, detail } = error;
      return refusePurchase(context.db, operation, purchase, { code, detail });
    });
  }
}

async function sendToCheckout(
  context: WorkerContext,
  operation: OperationHead,
  purchase: string,
  order: PurchaseOrder,
  priced: Extract<PricedOrder, { ok: true }>,
): Promise<void> {
  const { publicUrl } = context.policy;
  const customer = await customerOf(context, order.wallet);
  const checkout = await context.payments.openCheckout({
    purchaseId: toPublicId('pur', purchase),
    wallet: order.wallet,
    customer,
    productName: `${formatAmount(BigInt(order.credits))} credits`,
    subtotal: order.subtotal,
    currency: order.currency,
    ...(priced.promotion === null ? {} : { promotion: { id: priced.promotion.id } }),
    successUrl:
      order.success_url ?? `${publicUrl}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
    cancelUrl: order.cancel_url ?? `${publicUrl}/checkout/cancelled`,
    // Counted from the order's acceptance, so that a retry sends the same request under its key.
    expiresAt: new Date(Date.parse(operation.accepted_at) + SESSION_LIFETIME_MS),
  });
  await attachCheckout(context.db, operation, purchase, {
    session: checkout.session,
    url: checkout.url,
    customer,
    discount: priced.discount,
    promotion: priced.promotion?.id ?? null,
  });
}

async function customerOf(context: WorkerContext, wallet: string): Promise<string> {
  const owner = await findCustomer(context.db, wallet);
  const customer = await context.payments.ensureCustomer({
    wallet,
    known: owner?.customer ?? null,
    ...(owner?.email ? { email: owner.email } : {}),
    ...(owner?.name ? { name: owner.name } : {}),
  });
  return rememberCustomer(context.db, wallet, customer, owner?.customer ?? null);
}
