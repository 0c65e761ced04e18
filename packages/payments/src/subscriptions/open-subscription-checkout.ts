import type Stripe from 'stripe';
import { ensurePrice } from './ensure-price.ts';
import { metadataOf, type SoldTerms } from './plan-metadata.ts';

export interface SubscriptionOrder extends SoldTerms {
  /** Public id; the session's reference and the root of its idempotency key. */
  subscription: string;
  customer: string;
  quantity: number;
  successUrl: string;
  cancelUrl: string;
}

/**
 * Opens the hosted page where somebody subscribes. Called again for the same order it answers with
 * the same session.
 *
 * @throws CheckoutRefused when the plan's price is not what was ordered.
 */
export async function openSubscriptionCheckout(
  stripe: Stripe,
  order: SubscriptionOrder,
): Promise<{ session: string; url: string }> {
  const price = await ensurePrice(stripe, order.terms);
  const metadata = metadataOf(order);
  const { trial_days } = order.terms;
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'subscription',
      customer: order.customer,
      client_reference_id: order.subscription,
      metadata,
      subscription_data: {
        metadata,
        ...(trial_days > 0 ? { trial_period_days: trial_days } : {}),
      },
      line_items: [{ price, quantity: order.quantity }],
      adaptive_pricing: { enabled: false },
      allow_promotion_codes: true,
      success_url: order.successUrl,
      cancel_url: order.cancelUrl,
    },
    { idempotencyKey: `subscription:${order.subscription}:cs:1` },
  );
  if (session.url === null) throw new Error(`Stripe opened ${session.id} without an address.`);
  return { session: session.id, url: session.url };
}
