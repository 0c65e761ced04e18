import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { unreachable } from '../../unreachable.ts';
import { findTestCardByLast4 } from '../payment-methods/test-cards.ts';

/** Whether the cardholder's bank insists on 3-D Secure for a payment. */
export function needsAuthentication(
  emulator: Emulator,
  method: Stripe.PaymentMethod,
  isOffSession: boolean,
): boolean {
  const authentication = findTestCardByLast4(method.card?.last4 ?? null)?.authentication;
  switch (authentication) {
    case undefined:
      return false;
    case 'always':
      return true;
    case 'on_session':
      return !isOffSession;
    case 'unless_set_up':
      return !isOffSession || !isSetUp(emulator, method.id);
    default:
      return unreachable(authentication);
  }
}

/** Whether the cardholder has once authenticated this method for payments without them. */
function isSetUp({ state }: Emulator, methodId: string): boolean {
  for (const setup of state.setupIntents.newestFirst())
    if (setup.payment_method === methodId && setup.status === 'succeeded')
      return setup.usage === 'off_session';
  for (const intent of state.paymentIntents.newestFirst())
    if (intent.payment_method === methodId && intent.setup_future_usage === 'off_session')
      return intent.status === 'succeeded';
  return false;
}
