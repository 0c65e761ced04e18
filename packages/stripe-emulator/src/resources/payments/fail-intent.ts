import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';

export interface FailedPayment {
  outcome: 'declined';
  intent: Stripe.PaymentIntent;
  error: ErrorBody;
}

/** Sends an intent back for another payment method, with the reason on it. */
export function failIntent(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  error: ErrorBody,
): FailedPayment {
  const { type, payment_intent: _intent, ...rest } = error;
  const failed = emulator.state.paymentIntents.put<Stripe.PaymentIntent>({
    ...intent,
    last_payment_error: { ...rest, type, payment_method: method },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  emitEvent(emulator, cause, 'payment_intent.payment_failed', failed);
  return {
    outcome: 'declined',
    intent: failed,
    error: { ...error, payment_intent: failed, payment_method: method },
  };
}
