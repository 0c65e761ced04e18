import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { requireUnspent } from './attach-method.ts';
import { createPaymentMethod } from './create-payment-method.ts';
import { findTestCardByToken } from './test-cards.ts';

const NOBODY = { email: null, name: null };
const VALID_YEARS = 4;

/**
 * The method that `payment_method` names: a stored one, or a fresh one for a test token such as
 * `pm_card_visa`. Throws a 400 when there is none.
 */
export function methodNamed(
  emulator: Emulator,
  name: string,
  param = 'payment_method',
): Stripe.PaymentMethod {
  const stored = emulator.state.paymentMethods.get(name);
  if (stored) return stored;
  const card = name.startsWith('pm_') ? findTestCardByToken(name) : undefined;
  if (!card) throw noSuchReference('PaymentMethod', name, param);
  const expYear = new Date(emulator.clock.nowMs()).getUTCFullYear() + VALID_YEARS;
  return createPaymentMethod(emulator, { card, expMonth: 12, expYear }, NOBODY);
}

/** The same, for an intent of `customer`: a saved method pays only for its own customer. */
export function methodFor(
  emulator: Emulator,
  name: string,
  customer: Stripe.PaymentIntent['customer'],
  noun: 'PaymentIntent' | 'SetupIntent',
): Stripe.PaymentMethod {
  const method = methodNamed(emulator, name);
  requireUnspent(emulator, method);
  if (method.customer === null || idOf(method.customer) === idOf(customer)) return method;
  if (customer === null)
    throw invalidRequest(
      `The PaymentMethod ${method.id} belongs to the Customer ${idOf(method.customer)}. Please include the Customer in the \`customer\` parameter on the ${noun}.`,
      'payment_method',
    );
  throw notAttached(method.id, 'payment_method');
}

export function notAttached(methodId: string, param: string): Error {
  return invalidRequest(
    `The customer does not have a payment method with the ID ${methodId}. The payment method must be attached to the customer.`,
    param,
    'resource_missing',
  );
}
