import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { unlessMissing } from './read-checkout.ts';

export interface CustomerOf {
  wallet: string;
  /** The customer this wallet had before; it may have been deleted at Stripe. */
  known: string | null;
  email?: string;
  name?: string;
}

const NAME_LENGTH_MAX = 256;

/**
 * The Stripe customer of a wallet: the known one while this account has it, otherwise a new one.
 * Two calls with the same answers create one customer, whatever happened between them.
 */
export async function ensureCustomer(stripe: Stripe, of: CustomerOf): Promise<string> {
  if (of.known !== null) {
    // A key of another account or mode knows nothing of the customers made before.
    const found = await unlessMissing(stripe.customers.retrieve(of.known));
    if (found !== null && !found.deleted) return found.id;
  }
  const created = await stripe.customers.create(
    {
      metadata: { wallet: of.wallet },
      ...(of.email === undefined ? {} : { email: of.email }),
      ...(of.name === undefined ? {} : { name: of.name.slice(0, NAME_LENGTH_MAX) }),
    },
    { idempotencyKey: keyFor(of) },
  );
  return created.id;
}

/** Mail and name may change between two attempts, and Stripe refuses a key that returns with others. */
function keyFor({ wallet, known, email, name }: CustomerOf): string {
  const digest = createHash('sha256').update(JSON.stringify([wallet, known, email, name]));
  return `customer:${digest.digest('hex')}`;
}
