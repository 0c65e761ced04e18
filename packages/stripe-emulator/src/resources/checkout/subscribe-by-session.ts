import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { idOf } from '../../state/id-of.ts';
import type { SessionRecord } from '../../state/records.ts';
import { attachMethod, refusalToSave } from '../payment-methods/attach-method.ts';
import type { BillingContact } from '../payment-methods/create-payment-method.ts';
import { startSubscription, type NewSubscription } from '../subscriptions/start-subscription.ts';
import type { SubscriptionDiscount } from '../subscriptions/subscription-discount.ts';
import { inTimeOf } from '../test-clocks/time-of.ts';
import type { CompletionResult } from './complete-session.ts';
import { finishSession, type FinishedSession } from './finish-session.ts';
import { oneTimeLine } from './one-time-line.ts';
import { customerOf } from './session-customer.ts';

const DAY_SECONDS = 24 * 60 * 60;

/**
 * The customer has paid for a subscription. Only now does it exist, with its first invoice paid;
 * a declined card leaves nothing behind. The payment has saved its card for the renewals.
 */
export function subscribePaid(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  paid: Stripe.PaymentIntent,
): FinishedSession {
  const customer = customerOf(emulator, record);
  const method = emulator.state.paymentMethods.get(idOf(paid.payment_method)) ?? null;
  return subscribe(emulator, cause, record, contact, { customer, method, paid });
}

/** The customer subscribes for nothing at first; a card, if there is one, is saved for later. */
export function subscribeForFree(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  method: Stripe.PaymentMethod | null,
): CompletionResult {
  const customer = customerOf(emulator, record);
  const refusal = method && refusalToSave(method);
  if (refusal) return { outcome: 'declined', record, error: refusal };
  const saved = method && attachMethod(emulator, cause, method, customer.id);
  const subscriber = { customer, method: saved, paid: null };
  return { outcome: 'completed', ...subscribe(emulator, cause, record, contact, subscriber) };
}

interface Subscriber {
  customer: Stripe.Customer;
  method: Stripe.PaymentMethod | null;
  paid: Stripe.PaymentIntent | null;
}

function subscribe(
  anyTime: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  subscriber: Subscriber,
): FinishedSession {
  const emulator = inTimeOf(anyTime, subscriber.customer);
  const wanted = newSubscription(emulator, record, subscriber);
  const started = startSubscription(emulator, cause, wanted);
  return finishSession(anyTime, cause, record, contact, {
    invoice: started.invoice.id,
    payment_status: subscriber.paid ? 'paid' : 'no_payment_required',
    subscription: started.record.id,
  });
}

function newSubscription(
  emulator: Emulator,
  record: SessionRecord,
  { customer, method, paid }: Subscriber,
): NewSubscription {
  const now = emulator.clock.nowSeconds();
  const terms = record.subscriptionData;
  const { lineItems } = record;
  const days = terms?.trialDays ?? null;
  return {
    customer,
    items: lineItems
      .filter(({ price }) => price.recurring)
      .map((item) => ({ price: item.price, quantity: item.quantity ?? 1 })),
    extraLines: lineItems
      .filter(({ price }) => !price.recurring)
      .map((item) => oneTimeLine(item, now)),
    metadata: terms?.metadata ?? {},
    description: terms?.description ?? null,
    discount: discountOf(emulator, record),
    isTaxed: record.taxPercent !== null,
    trialEnd: terms?.trialEnd ?? (days === null ? null : now + days * DAY_SECONDS),
    defaultPaymentMethod: method?.id ?? null,
    checkoutSession: record.id,
    paidIntent: paid,
  };
}

function discountOf({ state }: Emulator, { discount }: SessionRecord): SubscriptionDiscount | null {
  const coupon = state.coupons.get(discount?.coupon ?? '');
  if (!discount || !coupon) return null;
  return { coupon, promotionCode: state.promotionCodes.get(discount.promotionCode ?? '') ?? null };
}
