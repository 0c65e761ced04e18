import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { attachMethod, refusalToSave } from '../payment-methods/attach-method.ts';
import { findTestCardByLast4 } from '../payment-methods/test-cards.ts';
import type { AuthenticationOutcome } from '../payments/authenticate-intent.ts';
import { nextAction } from '../payments/next-action.ts';

export type SetupResult =
  | { outcome: 'succeeded'; intent: Stripe.SetupIntent }
  | { outcome: 'requires_action'; intent: Stripe.SetupIntent }
  | { outcome: 'declined'; intent: Stripe.SetupIntent; error: ErrorBody };

/** Tries to set a method up for later payments; a bank may refuse, or ask to authenticate. */
export function setUpMethod(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  returnUrl?: string,
): SetupResult {
  const refusal = refusalToSave(method);
  if (refusal) return fail(emulator, cause, intent, method, refusal);
  const card = findTestCardByLast4(method.card?.last4 ?? null);
  // A card that is exempt from authentication later on was set up elsewhere before.
  const mustAuthenticate =
    card?.authentication !== undefined && card.authentication !== 'on_session';
  if (!mustAuthenticate) return succeed(emulator, cause, intent, method);
  const parked = emulator.state.setupIntents.put<Stripe.SetupIntent>({
    ...intent,
    last_setup_error: null,
    next_action: nextAction(emulator, intent.id, returnUrl),
    payment_method: method.id,
    status: 'requires_action',
  });
  emitEvent(emulator, cause, 'setup_intent.requires_action', parked);
  return { outcome: 'requires_action', intent: parked };
}

/** The cardholder comes back from their bank; the setup must wait for this. */
export function authenticateSetup(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.SetupIntent,
  outcome: AuthenticationOutcome,
): SetupResult {
  const method = emulator.state.paymentMethods.get(idOf(intent.payment_method));
  if (intent.status !== 'requires_action' || !method)
    throw new Error(`The setup ${intent.id} does not wait for an authentication.`);
  if (outcome === 'complete') return succeed(emulator, cause, intent, method);
  return fail(emulator, cause, intent, method, {
    type: 'invalid_request_error',
    code: 'setup_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this SetupIntent again.',
  });
}

function succeed(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
): SetupResult {
  const customer = emulator.state.customers.get(idOf(intent.customer));
  if (customer && !customer.deleted) attachMethod(emulator, cause, method, customer.id);
  const done = emulator.state.setupIntents.put<Stripe.SetupIntent>({
    ...intent,
    last_setup_error: null,
    next_action: null,
    payment_method: method.id,
    status: 'succeeded',
  });
  emitEvent(emulator, cause, 'setup_intent.succeeded', done);
  return { outcome: 'succeeded', intent: done };
}

function fail(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  error: ErrorBody,
): Extract<SetupResult, { outcome: 'declined' }> {
  const { type, payment_intent: _none, setup_intent: _intent, ...rest } = error;
  const failed = emulator.state.setupIntents.put<Stripe.SetupIntent>({
    ...intent,
    last_setup_error: { ...rest, type, payment_method: method },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  emitEvent(emulator, cause, 'setup_intent.setup_failed', failed);
  return {
    outcome: 'declined',
    intent: failed,
    error: { ...error, payment_method: method, setup_intent: failed },
  };
}
