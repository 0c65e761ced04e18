import type Stripe from 'stripe';

export interface CustomerOf {
  wallet: string;
  /** The customer this wallet had before; it may have been deleted at Stripe. */
  known: string | null;
  email?: string;
  name?: string;
}

/** The Stripe customer of a wallet: the known one while it exists, otherwise a new one. */
export async function ensureCustomer(stripe: Stripe, of: CustomerOf): Promise<string> {
  if (of.known !== null) {
    const found = await stripe.customers.retrieve(of.known);
    if (!found.deleted) return found.id;
  }
  const created = await stripe.customers.create(
    {
      metadata: { wallet: of.wallet },
      ...(of.email === undefined ? {} : { email: of.email }),
      ...(of.name === undefined ? {} : { name: of.name }),
    },
    // Mail and name may change between two attempts, so they are part of the key.
    {
      idempotencyKey: ['customer', of.wallet, of.known, of.email, of.name].join(':').slice(0, 255),
    },
  );
  return created.id;
}
