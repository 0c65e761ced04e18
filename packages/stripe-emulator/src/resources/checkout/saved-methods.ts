import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';

/** The saved cards that the page of a session offers to its customer, newest first. */
export function savedMethods(
  { state }: Emulator,
  session: Stripe.Checkout.Session,
): Stripe.PaymentMethod[] {
  if (session.customer === null || session.mode === 'setup') return [];
  const shown = session.saved_payment_method_options?.allow_redisplay_filters ?? [];
  return [...state.paymentMethods.newestFirst()].filter(
    (method) =>
      method.customer === session.customer &&
      method.type === 'card' &&
      shown.includes(method.allow_redisplay ?? 'unspecified'),
  );
}
