import type Stripe from 'stripe';
import { idOf, unlessMissing } from '../read-checkout.ts';

/** A saved card, or another way to pay that can be charged without its owner. */
export interface SavedCardFacts {
  id: string;
  customer: string;
  brand: string;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  /** The same for one card however often it is saved. */
  fingerprint: string;
}

/** Null when the card does not exist, or is not saved for anybody (any more). */
export async function readSavedCard(stripe: Stripe, id: string): Promise<SavedCardFacts | null> {
  const method = await unlessMissing(stripe.paymentMethods.retrieve(id));
  return method === null ? null : savedCardOf(method);
}

/** The card that a page for saving cards has saved; null while it has not. */
export async function readSetup(stripe: Stripe, session: string): Promise<SavedCardFacts | null> {
  const page = await unlessMissing(
    stripe.checkout.sessions.retrieve(session, { expand: ['setup_intent'] }),
  );
  const intent = page?.setup_intent;
  if (typeof intent !== 'object' || intent === null || intent.status !== 'succeeded') return null;
  const card = idOf(intent.payment_method);
  return card === null ? null : readSavedCard(stripe, card);
}

function savedCardOf(method: Stripe.PaymentMethod): SavedCardFacts | null {
  const customer = idOf(method.customer);
  if (customer === null) return null;
  const { card } = method;
  return {
    id: method.id,
    customer,
    brand: card?.brand ?? method.type,
    last4: card?.last4 ?? null,
    expMonth: card?.exp_month ?? null,
    expYear: card?.exp_year ?? null,
    // Without one, each saving counts as a card of its own.
    fingerprint: card?.fingerprint ?? method.id,
  };
}
