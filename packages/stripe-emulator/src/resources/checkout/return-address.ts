import type Stripe from 'stripe';

/** Where a customer who has paid goes: the success URL with the session's id filled in. */
export function returnAddress(session: Stripe.Checkout.Session): string {
  return (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}
