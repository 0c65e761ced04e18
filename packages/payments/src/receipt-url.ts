import type Stripe from 'stripe';

/**
 * Where Stripe shows the receipt of a payment. The address expires, so it is asked for on each click
 * and never kept. Null when nothing was charged yet.
 */
export async function receiptUrl(stripe: Stripe, paymentIntent: string): Promise<string | null> {
  const intent = await stripe.paymentIntents.retrieve(paymentIntent, {
    expand: ['latest_charge'],
  });
  const charge = intent.latest_charge;
  return typeof charge === 'object' ? (charge?.receipt_url ?? null) : null;
}
