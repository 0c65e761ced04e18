import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import type { SessionRecord } from '../../state/records.ts';
import { redeem } from '../catalog/promotion-code.ts';
import { blankCustomer } from '../customers/customer-routes.ts';
import { buildPaymentIntent } from '../payments/build-payment-intent.ts';
import type { AcceptedCard } from '../payments/card-entry.ts';
import { payIntent, settleCharge, type PaymentResult } from '../payments/pay-intent.ts';
import { createPaymentMethod, type BillingContact } from '../payments/payment-method.ts';
import { whyNotRedeemable } from './apply-promotion.ts';
import { detailsOf } from './build-session.ts';

export type CompletionResult =
  | { outcome: 'completed'; record: SessionRecord; completedEvent: string }
  | { outcome: 'declined'; record: SessionRecord; error: ErrorBody }
  | { outcome: 'discount_refused'; message: string }
  | { outcome: 'not_open'; status: string };

/**
 * The customer presses Pay. `card` is left out for a total of zero. The discount is checked again
 * and counted only here, so of two open sessions only one gets the last use of a code.
 */
export function completeSession(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  card: AcceptedCard | undefined,
): CompletionResult {
  if (record.session.status !== 'open')
    return { outcome: 'not_open', status: record.session.status ?? 'expired' };
  const refused = whyNotRedeemable(emulator, record);
  if (refused !== undefined) return { outcome: 'discount_refused', message: refused };
  if (record.session.amount_total === 0) return finish(emulator, cause, record, contact, null);
  if (!card) throw new Error('A session with something to pay cannot be completed without a card.');
  const payment = pay(emulator, cause, record, contact, card);
  if (payment.outcome === 'declined') {
    const attempted = { ...record, attemptedIntent: payment.intent.id };
    return {
      outcome: 'declined',
      record: emulator.state.sessions.put(attempted),
      error: payment.error,
    };
  }
  const completion = finish(emulator, cause, record, contact, payment.intent.id);
  settleCharge(emulator, cause, payment.charge);
  return completion;
}

/** One intent serves all attempts of a session. */
function pay(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  card: AcceptedCard,
): PaymentResult {
  const { state } = emulator;
  const { session } = record;
  const amount = session.amount_total ?? 0;
  const earlier =
    record.attemptedIntent === null ? undefined : state.paymentIntents.get(record.attemptedIntent);
  const intent = earlier
    ? { ...earlier, amount }
    : buildPaymentIntent(emulator, {
        ...record.paymentIntentData,
        amount,
        currency: session.currency ?? 'usd',
        customer: session.customer === null ? null : idOf(session.customer),
        automaticPaymentMethods: null,
      });
  state.paymentIntents.put(intent);
  if (!earlier) emitEvent(emulator, cause, 'payment_intent.created', intent);
  return payIntent(emulator, cause, intent, createPaymentMethod(emulator, card, contact));
}

function finish(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  paymentIntent: string | null,
): CompletionResult {
  const { session, discount } = record;
  if (discount) redeem(emulator, discount.coupon, discount.promotionCode);
  const completed: Stripe.Checkout.Session = {
    ...session,
    customer: session.customer ?? newCustomer(emulator, cause, session, contact),
    customer_details: detailsOf(contact.email, contact.name),
    payment_intent: paymentIntent,
    payment_status: paymentIntent === null ? 'no_payment_required' : 'paid',
    status: 'complete',
    url: null,
  };
  const after = emulator.state.sessions.put<SessionRecord>({ ...record, session: completed });
  const event = emitEvent(emulator, cause, 'checkout.session.completed', completed);
  return { outcome: 'completed', record: after, completedEvent: event.id };
}

function newCustomer(
  emulator: Emulator,
  cause: Cause,
  session: Stripe.Checkout.Session,
  contact: BillingContact,
): string | null {
  if (session.customer_creation !== 'always') return null;
  const customer = emulator.state.customers.put<Stripe.Customer>({
    ...blankCustomer(emulator),
    ...contact,
  });
  emitEvent(emulator, cause, 'customer.created', customer);
  return customer.id;
}
