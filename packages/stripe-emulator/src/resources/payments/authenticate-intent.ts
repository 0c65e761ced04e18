import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { idOf } from '../../state/id-of.ts';
import { failIntent } from './fail-intent.ts';
import { payIntent, type PaymentResult } from './pay-intent.ts';

export const AUTHENTICATION_OUTCOMES = ['complete', 'fail'] as const;
export type AuthenticationOutcome = (typeof AUTHENTICATION_OUTCOMES)[number];

/**
 * The cardholder comes back from their bank. Passing leads to the charge, which may still be
 * declined; failing sends the intent back for another method. The intent must wait for this.
 */
export function authenticateIntent(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  outcome: AuthenticationOutcome,
): PaymentResult {
  const method = emulator.state.paymentMethods.get(idOf(intent.payment_method));
  if (intent.status !== 'requires_action' || !method)
    throw new Error(`The intent ${intent.id} does not wait for an authentication.`);
  if (outcome === 'complete')
    return payIntent(emulator, cause, intent, method, { isAuthenticated: true });
  return failIntent(emulator, cause, intent, method, {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
  });
}
