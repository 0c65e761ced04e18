import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';

/** Parks an intent until the cardholder has been to the 3-D Secure page of their bank. */
export function askToAuthenticate(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | undefined,
): Stripe.PaymentIntent {
  const parked = emulator.state.paymentIntents.put<Stripe.PaymentIntent>({
    ...intent,
    last_payment_error: null,
    next_action: nextAction(emulator, intent.id, returnUrl),
    payment_method: method.id,
    status: 'requires_action',
  });
  emitEvent(emulator, cause, 'payment_intent.requires_action', parked);
  return parked;
}

/** What payment and setup intents have in common here. */
export interface NextAction {
  type: string;
  redirect_to_url?: { url: string; return_url: string };
  use_stripe_sdk?: Record<string, unknown>;
}

/** A redirect when the shop has said where to return to, else something for Stripe's own script. */
export function nextAction(
  emulator: Emulator,
  intentId: string,
  returnUrl: string | undefined,
): NextAction {
  const url = authenticationPage(emulator, intentId);
  if (returnUrl !== undefined)
    return { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } };
  return {
    type: 'use_stripe_sdk',
    use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url },
  };
}

function authenticationPage(emulator: Emulator, intentId: string): string {
  return `${emulator.baseUrl}/c/3ds/${intentId}`;
}
