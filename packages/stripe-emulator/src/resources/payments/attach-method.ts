import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import { findTestCardByLast4 } from './test-cards.ts';

/** Saves a card for a customer. */
export function attachMethod(
  emulator: Emulator,
  cause: Cause,
  method: Stripe.PaymentMethod,
  customer: string,
): Stripe.PaymentMethod {
  const attached = emulator.state.paymentMethods.put<Stripe.PaymentMethod>({ ...method, customer });
  emitEvent(emulator, cause, 'payment_method.attached', attached);
  return attached;
}

/** Why the bank does not let a card be saved for later; one test card declines only afterwards. */
export function refusalToSave(method: Stripe.PaymentMethod): ErrorBody | undefined {
  const behaviour = findTestCardByLast4(method.card?.last4 ?? null)?.behaviour;
  if (behaviour?.kind !== 'declines' || method.card?.last4 === '0341') return undefined;
  const { code, message, declineCode } = behaviour.decline;
  return {
    type: 'card_error',
    code,
    message,
    ...(declineCode ? { decline_code: declineCode } : {}),
  };
}
