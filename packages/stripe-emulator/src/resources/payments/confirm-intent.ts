import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { invalidRequest, StripeError } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { unreachable } from '../../unreachable.ts';
import { methodFor } from '../payment-methods/method-named.ts';
import { failIntent } from './fail-intent.ts';
import { payIntent } from './pay-intent.ts';
import { settleCharge } from './settle-charge.ts';

interface Confirmation {
  error_on_requires_action?: boolean | undefined;
  off_session?: boolean | undefined;
  payment_method?: string | undefined;
  receipt_email?: string | null | undefined;
  return_url?: string | undefined;
  setup_future_usage?: Stripe.PaymentIntent['setup_future_usage'] | undefined;
}

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/**
 * Charges an intent from the API; it may come back with `requires_action`. Throws a 400 when it
 * cannot be confirmed, a 402 when the payment is declined.
 */
export function confirmIntent(
  emulator: Emulator,
  cause: Cause,
  before: Stripe.PaymentIntent,
  params: Confirmation,
): Stripe.PaymentIntent {
  const methodId = requireConfirmable(before, params);
  const method = methodFor(emulator, methodId, before.customer, 'PaymentIntent');
  const { receipt_email: email, setup_future_usage: usage } = params;
  const intent: Stripe.PaymentIntent = {
    ...before,
    receipt_email: email === undefined ? before.receipt_email : email,
    setup_future_usage: usage ?? before.setup_future_usage,
  };
  const isOffSession = params.off_session ?? false;
  const result = payIntent(emulator, cause, intent, method, {
    isOffSession,
    returnUrl: params.return_url,
  });
  switch (result.outcome) {
    case 'declined':
      throw new StripeError(402, result.error);
    case 'requires_action':
      if (!params.error_on_requires_action) return result.intent;
      throw new StripeError(
        402,
        failIntent(emulator, cause, result.intent, method, NOT_HANDLED).error,
      );
    case 'processing':
      return result.intent;
    case 'paid':
      settleCharge(emulator, cause, result.charge);
      return result.intent;
    default:
      return unreachable(result);
  }
}

const NOT_HANDLED = {
  type: 'card_error' as const,
  code: 'authentication_required',
  decline_code: 'authentication_not_handled',
  message:
    'This payment required an authentication action to complete, but `error_on_requires_action` was set. Confirm it without that parameter while the customer is there to authenticate.',
};

/** The id or token of the method to charge. Throws a 400 when the intent cannot be confirmed. */
export function requireConfirmable(intent: Stripe.PaymentIntent, params: Confirmation): string {
  if (!CONFIRMABLE.includes(intent.status))
    throw invalidRequest(
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
      undefined,
      'payment_intent_unexpected_state',
    );
  const methodId = params.payment_method ?? idOf(intent.payment_method);
  if (methodId === '')
    throw invalidRequest(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      'payment_method',
      'payment_intent_unexpected_state',
    );
  const methods = intent.automatic_payment_methods;
  if (methods?.enabled && methods.allow_redirects !== 'never' && params.return_url === undefined)
    throw invalidRequest(
      'This PaymentIntent may use payment methods that redirect, so you must provide a `return_url`; or set `automatic_payment_methods[allow_redirects]` to `never`.',
      'return_url',
    );
  return methodId;
}
