import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { invalidRequest, noSuchReference, StripeError } from '../../protocol/stripe-error.ts';
import { payIntent, settleCharge } from './pay-intent.ts';
import { createPaymentMethod } from './payment-method.ts';
import { findTestCardByToken } from './test-cards.ts';

interface Confirmation {
  payment_method?: string | undefined;
  return_url?: string | undefined;
  receipt_email?: string | null | undefined;
}

/** Charges an intent from the API. Throws a 400 when it cannot be confirmed, a 402 when declined. */
export function confirmIntent(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  params: Confirmation,
): Stripe.PaymentIntent {
  requireConfirmable(intent, params);
  const method = methodNamed(emulator, params.payment_method ?? '');
  const receiptEmail =
    params.receipt_email === undefined ? intent.receipt_email : params.receipt_email;
  const result = payIntent(emulator, cause, { ...intent, receipt_email: receiptEmail }, method);
  if (result.outcome === 'declined') throw new StripeError(402, result.error);
  settleCharge(emulator, cause, result.charge);
  return result.intent;
}

function requireConfirmable(intent: Stripe.PaymentIntent, params: Confirmation): void {
  if (intent.status !== 'requires_payment_method')
    throw invalidRequest(
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
      undefined,
      'payment_intent_unexpected_state',
    );
  if (params.payment_method === undefined)
    throw invalidRequest(
      'You cannot confirm this PaymentIntent because it is missing a payment method. Send payment_method=pm_card_visa.',
      'payment_method',
      'payment_intent_unexpected_state',
    );
  const methods = intent.automatic_payment_methods;
  if (methods?.enabled && methods.allow_redirects !== 'never' && params.return_url === undefined)
    throw invalidRequest(
      'This PaymentIntent may use payment methods that redirect, so you must provide a `return_url`; or set `automatic_payment_methods[allow_redirects]` to `never`.',
      'return_url',
    );
}

/** Only Stripe's test tokens can pay here; cards that customers saved are not emulated. */
function methodNamed(emulator: Emulator, token: string): Stripe.PaymentMethod {
  const card = findTestCardByToken(token);
  if (!card) throw noSuchReference('PaymentMethod', token, 'payment_method');
  const expYear = new Date(emulator.clock.nowMs()).getUTCFullYear() + 4;
  return createPaymentMethod(
    emulator,
    { card, expMonth: 12, expYear },
    { email: null, name: null },
  );
}
