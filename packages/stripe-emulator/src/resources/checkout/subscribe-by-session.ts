import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { idOf } from '../../state/id-of.ts';
import type { WireInvoiceLine } from '../../state/billing-records.ts';
import type { SessionRecord, WireLineItem } from '../../state/records.ts';
import { buildLine } from '../invoices/build-line.ts';
import { settleCharge } from '../payments/pay-intent.ts';
import type { BillingContact } from '../payments/payment-method.ts';
import { attachMethod, refusalToSave } from '../payments/attach-method.ts';
import { startSubscription, type NewSubscription } from '../subscriptions/start-subscription.ts';
import type { SubscriptionDiscount } from '../subscriptions/subscription-discount.ts';
import { chargeSession } from './charge-session.ts';
import type { CompletionResult } from './complete-session.ts';
import { createCustomer, finishSession } from './finish-session.ts';

const DAY_SECONDS = 24 * 60 * 60;

/**
 * The customer presses Subscribe. Only now does a subscription exist, with its first invoice paid;
 * a declined card leaves nothing behind. `method` null subscribes without a card, for free at first.
 */
export function subscribeBySession(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  method: Stripe.PaymentMethod | null,
): CompletionResult {
  const customer = customerOf(emulator, cause, record, contact);
  const known = withCustomer(emulator, record, customer.id);
  if (record.session.amount_total === 0) {
    const error = method && refusalToSave(method);
    if (error) return { outcome: 'declined', record: known, error };
    const saved = method && attachMethod(emulator, cause, method, customer.id);
    return subscribe(emulator, cause, known, contact, { customer, method: saved, paid: null });
  }
  if (!method) throw new Error('A subscription with something to pay needs a card.');
  const payment = chargeSession(emulator, cause, known, method, {
    customer: customer.id,
    description: 'Subscription creation',
    setup_future_usage: 'off_session',
  });
  if (payment.outcome === 'declined') {
    const attempted = { ...known, attemptedIntent: payment.intent.id };
    return {
      outcome: 'declined',
      record: emulator.state.sessions.put(attempted),
      error: payment.error,
    };
  }
  const saved = attachMethod(emulator, cause, method, customer.id);
  const paid = payment.intent;
  const result = subscribe(emulator, cause, known, contact, { customer, method: saved, paid });
  settleCharge(emulator, cause, payment.charge);
  return result;
}

interface Subscriber {
  customer: Stripe.Customer;
  method: Stripe.PaymentMethod | null;
  paid: Stripe.PaymentIntent | null;
}

function subscribe(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  subscriber: Subscriber,
): CompletionResult {
  const wanted = newSubscription(emulator, record, subscriber);
  const started = startSubscription(emulator, cause, wanted);
  const finished = finishSession(emulator, cause, record, contact, {
    invoice: started.invoice.id,
    payment_status: subscriber.paid ? 'paid' : 'no_payment_required',
    subscription: started.record.id,
  });
  return { outcome: 'completed', ...finished };
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

function oneTimeLine(item: WireLineItem, now: number): WireInvoiceLine {
  return buildLine({
    amount: item.amount_subtotal,
    description: item.description ?? 'Item',
    price: item.price,
    quantity: item.quantity ?? 1,
    period: { start: now, end: now },
    metadata: {},
    parent: {
      invoice_item_details: {
        invoice_item: item.id.replace(/^li_/, 'ii_'),
        proration: false,
        proration_details: null,
        subscription: null,
      },
      subscription_item_details: null,
      type: 'invoice_item_details',
    },
    subscription: null,
  });
}

function discountOf({ state }: Emulator, { discount }: SessionRecord): SubscriptionDiscount | null {
  const coupon = state.coupons.get(discount?.coupon ?? '');
  if (!discount || !coupon) return null;
  return { coupon, promotionCode: state.promotionCodes.get(discount.promotionCode ?? '') ?? null };
}

function customerOf(
  emulator: Emulator,
  cause: Cause,
  { session }: SessionRecord,
  contact: BillingContact,
): Stripe.Customer {
  if (session.customer === null) return createCustomer(emulator, cause, contact);
  const customer = emulator.state.customers.get(idOf(session.customer));
  if (!customer || customer.deleted) throw new Error('The customer of this session was deleted.');
  return customer;
}

/** A customer made for a declined attempt stays with the session for the next one. */
function withCustomer(emulator: Emulator, record: SessionRecord, customer: string): SessionRecord {
  const session = { ...record.session, customer };
  return emulator.state.sessions.put<SessionRecord>({ ...record, session });
}
