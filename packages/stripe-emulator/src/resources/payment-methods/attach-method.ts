import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { invalidRequest, StripeError, type ErrorBody } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { declineBody } from './decline-body.ts';
import { findTestCardByLast4 } from './test-cards.ts';

/** Saves a method for a customer. */
export function attachMethod(
  emulator: Emulator,
  cause: Cause,
  before: Stripe.PaymentMethod,
  customer: string,
): Stripe.PaymentMethod {
  if (before.customer !== null) return before;
  const after = emulator.state.paymentMethods.put<Stripe.PaymentMethod>({
    ...before,
    customer,
  });
  emitEvent(emulator, cause, 'payment_method.attached', after);
  return after;
}

/** Takes a method away from its customer for good: a detached one can never be used again. */
export function detachMethod(
  emulator: Emulator,
  cause: Cause,
  before: Stripe.PaymentMethod,
): Stripe.PaymentMethod {
  const { state } = emulator;
  const after = state.paymentMethods.put<Stripe.PaymentMethod>({ ...before, customer: null });
  spendMethod(emulator, after);
  emitEvent(emulator, cause, 'payment_method.detached', after, before);
  const customer = state.customers.get(idOf(before.customer));
  if (!customer || customer.deleted) return after;
  if (customer.invoice_settings.default_payment_method !== before.id) return after;
  const without = state.customers.put<Stripe.Customer>({
    ...customer,
    invoice_settings: { ...customer.invoice_settings, default_payment_method: null },
  });
  emitEvent(emulator, cause, 'customer.updated', without, customer);
  return after;
}

/** A method that belongs to nobody pays once; from then on it is refused. */
export function spendMethod(emulator: Emulator, method: Stripe.PaymentMethod): void {
  if (method.customer === null) emulator.state.spentMethods.put({ id: method.id });
}

/** Throws a 400 for a method that was used once without a customer, or was detached. */
export function requireUnspent(emulator: Emulator, method: Stripe.PaymentMethod): void {
  if (!emulator.state.spentMethods.get(method.id)) return;
  throw invalidRequest(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    'payment_method',
  );
}

/** Why the bank does not let this card be saved; undefined when it does. */
export function refusalToSave(method: Stripe.PaymentMethod): ErrorBody | undefined {
  const behaviour = findTestCardByLast4(method.card?.last4 ?? null)?.behaviour;
  if (behaviour?.kind !== 'declines' || behaviour.attaches) return undefined;
  return declineBody(behaviour.decline);
}

/** Throws a 402 when the bank does not let this card be saved. */
export function requireSavable(method: Stripe.PaymentMethod): void {
  const refusal = refusalToSave(method);
  if (refusal) throw new StripeError(402, { ...refusal, payment_method: method });
}
