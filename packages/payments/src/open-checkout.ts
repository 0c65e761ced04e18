import type Stripe from 'stripe';

export interface CheckoutOrder {
  /** Public id of the purchase; the session's reference and the root of its idempotency key. */
  purchaseId: string;
  wallet: string;
  customer: string;
  productName: string;
  /** Minor units. */
  subtotal: number;
  currency: string;
  promotion?: { id: string };
  successUrl: string;
  cancelUrl: string;
  /** Must be the same on every attempt, or Stripe takes the retry for another request. */
  expiresAt: Date;
}

/**
 * Opens the hosted page for an order. Called again for the same order it answers with the same
 * session. Without a code of ours the customer may enter one on Stripe's page; never both.
 */
export async function openCheckout(
  stripe: Stripe,
  order: CheckoutOrder,
): Promise<{ session: string; url: string }> {
  // Session metadata is not copied to the payment, so both carry it.
  const metadata = { kind: 'order', purchase: order.purchaseId, wallet: order.wallet };
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'payment',
      customer: order.customer,
      client_reference_id: order.purchaseId,
      metadata,
      payment_intent_data: { metadata },
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: order.currency,
            unit_amount: order.subtotal,
            product_data: { name: order.productName },
          },
        },
      ],
      ...(order.promotion === undefined
        ? { allow_promotion_codes: true }
        : { discounts: [{ promotion_code: order.promotion.id }] }),
      success_url: order.successUrl,
      cancel_url: order.cancelUrl,
      expires_at: Math.floor(order.expiresAt.getTime() / 1_000),
    },
    { idempotencyKey: `order:${order.purchaseId}:cs:1` },
  );
  if (session.url === null) throw new Error(`Stripe opened ${session.id} without an address.`);
  return { session: session.id, url: session.url };
}
