import { createHash } from 'node:crypto';
import type { PlanTerms } from '@bursar/contracts';
import type Stripe from 'stripe';
import { CheckoutRefused } from '../open-checkout.ts';

/**
 * The price of a plan at Stripe: found by its lookup key, or made. Called again, or twice at once, it
 * answers with the same one.
 *
 * @throws CheckoutRefused when the price under this key is not what the plan says.
 */
export async function ensurePrice(stripe: Stripe, terms: PlanTerms): Promise<string> {
  const found = await stripe.prices.list({
    lookup_keys: [terms.lookup_key],
    active: true,
    limit: 1,
  });
  const price = found.data[0] ?? (await createPrice(stripe, terms));
  const differs =
    price.unit_amount !== terms.amount ||
    price.currency !== terms.currency ||
    price.recurring?.interval !== terms.every ||
    price.recurring.interval_count !== 1;
  if (differs) {
    const cause = new Error(`${price.id} is another price than ${JSON.stringify(terms)}.`);
    throw new CheckoutRefused(
      'unavailable',
      `The plan ${terms.plan} cannot be sold: Stripe's price ${terms.lookup_key} has another amount or period; nothing was ordered. An operator has to put the plan again.`,
      cause,
    );
  }
  return price.id;
}

/** A key of its own for each text that is sent, because Stripe refuses a key that returns with another. */
async function createPrice(stripe: Stripe, terms: PlanTerms): Promise<Stripe.Price> {
  const { plan, name, amount, currency, every, lookup_key } = terms;
  const params: Stripe.PriceCreateParams = {
    currency,
    unit_amount: amount,
    recurring: { interval: every },
    lookup_key,
    // A price that was archived may still have the key.
    transfer_lookup_key: true,
    product_data: { name, metadata: { kind: 'plan', plan } },
    metadata: { kind: 'plan', plan },
  };
  const digest = createHash('sha256').update(JSON.stringify(params)).digest('hex');
  return stripe.prices.create(params, { idempotencyKey: `plan:${digest}` });
}
