import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';

/** Throws a 400 when the intent has already succeeded or been canceled, or is on its way. */
export function cancelIntent(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Stripe.PaymentIntent {
  if (['succeeded', 'canceled', 'processing'].includes(intent.status))
    throw invalidRequest(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
      undefined,
      'payment_intent_unexpected_state',
    );
  const canceled = emulator.state.paymentIntents.put<Stripe.PaymentIntent>({
    ...intent,
    canceled_at: emulator.clock.nowSeconds(),
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  });
  emitEvent(emulator, cause, 'payment_intent.canceled', canceled);
  return canceled;
}
