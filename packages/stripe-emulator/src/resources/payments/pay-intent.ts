import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import { unreachable } from '../../unreachable.ts';
import { attachMethod, spendMethod } from '../payment-methods/attach-method.ts';
import { findTestCardByLast4 } from '../payment-methods/test-cards.ts';
import { buildCharge, type ChargeResult } from './build-charge.ts';
import { AUTHENTICATION_REQUIRED, chargeErrorBody } from './charge-error-body.ts';
import { debitIntent } from './debit-intent.ts';
import { failIntent, type FailedPayment } from './fail-intent.ts';
import { needsAuthentication } from './needs-authentication.ts';
import { askToAuthenticate } from './next-action.ts';

/** A declined card is an expected outcome: the API makes it a 402, the pay page a message. */
export type PaymentResult =
  | { outcome: 'paid'; intent: Stripe.PaymentIntent; charge: Stripe.Charge }
  /** A direct debit is on its way; the outcome comes days later. */
  | { outcome: 'processing'; intent: Stripe.PaymentIntent }
  | { outcome: 'requires_action'; intent: Stripe.PaymentIntent }
  | FailedPayment;

/** The circumstances of one attempt; by default the cardholder is there and has done nothing yet. */
export interface Attempt {
  isOffSession?: boolean;
  /** The cardholder has just passed 3-D Secure. */
  isAuthenticated?: boolean;
  /** Where 3-D Secure sends the cardholder afterwards. */
  returnUrl?: string | undefined;
}

/**
 * Charges an intent. When paid, `settleCharge` must follow: Stripe books the money a moment after
 * it announces the success, and Checkout completes its session in between.
 */
export function payIntent(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Attempt = {},
): PaymentResult {
  if (method.type === 'us_bank_account') {
    keepOrSpend(emulator, cause, intent, method);
    return debitIntent(emulator, cause, intent, method);
  }
  const isOffSession = attempt.isOffSession ?? false;
  const mustAuthenticate =
    !attempt.isAuthenticated && needsAuthentication(emulator, method, isOffSession);
  if (mustAuthenticate && !isOffSession)
    return {
      outcome: 'requires_action',
      intent: askToAuthenticate(emulator, cause, intent, method, attempt.returnUrl),
    };
  const result = mustAuthenticate ? AUTHENTICATION_REQUIRED : chargeResult(method);
  const charge = emulator.state.charges.put(
    buildCharge(emulator, intent, method, result, attempt.isAuthenticated ?? false),
  );
  if (result.kind !== 'paid') return decline(emulator, cause, intent, method, charge);
  emitEvent(emulator, cause, 'charge.succeeded', charge);
  keepOrSpend(emulator, cause, intent, method);
  const paid = emulator.state.paymentIntents.put<Stripe.PaymentIntent>({
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    status: 'succeeded',
  });
  emitEvent(emulator, cause, 'payment_intent.succeeded', paid);
  return { outcome: 'paid', intent: paid, charge };
}

/** A payment that was meant to save its method does; any other method of nobody is used up. */
function keepOrSpend(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): void {
  const customer = emulator.state.customers.get(idOf(intent.customer));
  if (intent.setup_future_usage !== null && customer && !customer.deleted)
    attachMethod(emulator, cause, method, customer.id);
  else spendMethod(emulator, method);
}

/** Every number that reaches here is a test card; an unknown one would simply pay. */
function chargeResult(method: Stripe.PaymentMethod): ChargeResult {
  const card = findTestCardByLast4(method.card?.last4 ?? null);
  const behaviour = card?.behaviour ?? { kind: 'pays' };
  switch (behaviour.kind) {
    case 'declines':
      return { kind: 'declined', decline: behaviour.decline };
    case 'blocked':
      return { kind: 'blocked' };
    case 'pays':
      return { kind: 'paid' };
    default:
      return unreachable(behaviour);
  }
}

function decline(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  charge: Stripe.Charge,
): PaymentResult {
  emitEvent(emulator, cause, 'charge.failed', charge);
  return failIntent(
    emulator,
    cause,
    { ...intent, latest_charge: charge.id },
    method,
    chargeErrorBody(charge),
  );
}
