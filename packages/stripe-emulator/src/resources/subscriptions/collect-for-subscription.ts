import type Stripe from 'stripe';
import { BY_ITSELF, type Cause, type Emulator } from '../../emulator.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import type { InvoiceRecord, SubscriptionRecord } from '../../state/billing-records.ts';
import { changeInvoice } from '../invoices/change-invoice.ts';
import { collectInvoice } from '../invoices/collect-invoice.ts';
import { inTimeOf } from '../test-clocks/time-of.ts';
import { changeSubscription, isLive } from './change-subscription.ts';
import { endSubscription } from './end-subscription.ts';

const DAY_SECONDS = 24 * 60 * 60;
/** Days until the next try after each failed one; after the last the subscription ends. */
const RETRY_AFTER_DAYS = [3, 5, 7];

export interface SubscriptionCollection {
  record: SubscriptionRecord;
  invoice: InvoiceRecord;
  /** Why the card was not charged, if it was not. */
  error?: ErrorBody;
}

/** Charges an open invoice of a subscription to its card and lets its status follow the outcome. */
export function collectForSubscription(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  invoice: InvoiceRecord,
  method: Stripe.PaymentMethod | null = cardOf(emulator, record),
): SubscriptionCollection {
  const result = collectInvoice(emulator, cause, invoice, method);
  if (result.outcome === 'paid')
    return { record: followPayment(emulator, cause, record), invoice: result.record };
  return {
    ...followFailure(emulator, cause, record, result.record),
    error: result.error,
  };
}

/** The card that renewals are charged to: the subscription's own, or else its customer's. */
export function cardOf(
  { state }: Emulator,
  { subscription }: SubscriptionRecord,
): Stripe.PaymentMethod | null {
  const customer = state.customers.get(idOf(subscription.customer));
  const fallback = customer?.deleted
    ? null
    : (customer?.invoice_settings.default_payment_method ?? null);
  const id = idOf(subscription.default_payment_method ?? fallback);
  return state.paymentMethods.get(id) ?? null;
}

/** Once its latest invoice is paid, a subscription is active again. */
export function followPayment(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
): SubscriptionRecord {
  const { status, latest_invoice: latest } = record.subscription;
  if (status !== 'incomplete' && status !== 'past_due' && status !== 'unpaid') return record;
  if (emulator.state.invoices.get(idOf(latest))?.invoice.status !== 'paid') return record;
  return changeSubscription(emulator, cause, record, { status: 'active' });
}

function followFailure(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  invoice: InvoiceRecord,
): SubscriptionCollection {
  const { status } = record.subscription;
  // The first invoice is for the customer to pay: nothing is retried, and a day later it lapses.
  if (status === 'incomplete') return { record, invoice };
  const days = RETRY_AFTER_DAYS[invoice.invoice.attempt_count - 1];
  if (days === undefined) {
    const given = changeInvoice(emulator, cause, invoice, {
      auto_advance: false,
      next_payment_attempt: null,
    });
    return { record: endSubscription(emulator, cause, record, 'payment_failed'), invoice: given };
  }
  const next = emulator.clock.nowSeconds() + days * DAY_SECONDS;
  const waiting = changeInvoice(
    emulator,
    cause,
    invoice,
    { next_payment_attempt: next },
    'invoice.updated',
  );
  scheduleRetry(emulator, waiting);
  if (status === 'past_due') return { record, invoice: waiting };
  const after = changeSubscription(emulator, cause, record, { status: 'past_due' });
  return { record: after, invoice: waiting };
}

/** Tries again on the emulator's clock, unless the invoice has been settled or ended by then. */
export function scheduleRetry(anyTime: Emulator, { id, invoice }: InvoiceRecord): void {
  const emulator = inTimeOf(anyTime, invoice);
  const due = invoice.next_payment_attempt;
  if (due === null) return;
  emulator.clock.at(due * 1000, () => {
    const current = emulator.state.invoices.get(id);
    if (current?.invoice.status !== 'open' || current.invoice.next_payment_attempt !== due) return;
    const parent = current.invoice.parent?.subscription_details?.subscription ?? null;
    const record = emulator.state.subscriptions.get(idOf(parent));
    if (record && isLive(record)) collectForSubscription(emulator, BY_ITSELF, record, current);
  });
}
