import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { amountRefusal } from '../../protocol/currencies.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import type { InvoiceRecord, WireInvoice } from '../../state/billing-records.ts';
import { buildPaymentIntent } from '../payments/build-payment-intent.ts';
import { changeInvoice } from './change-invoice.ts';

/**
 * Turns a draft into an open invoice: it gets its number, uses up what the customer has to their
 * credit, and gets the intent that will be charged. `paidIntent` is one that Checkout has already
 * charged for it.
 */
export function finalizeInvoice(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  paidIntent?: Stripe.PaymentIntent,
): InvoiceRecord {
  const { invoice } = record;
  const balance = settleBalance(emulator, invoice, paidIntent !== undefined);
  const now = emulator.clock.nowSeconds();
  const intent =
    balance.amount_due === 0
      ? undefined
      : (paidIntent ?? createIntentFor(emulator, cause, { ...invoice, ...balance }));
  const open: InvoiceRecord = { ...record, paymentIntent: intent?.id ?? null };
  const after = changeInvoice(
    emulator,
    cause,
    open,
    {
      ...balance,
      effective_at: now,
      hosted_invoice_url: `${emulator.baseUrl}/invoice/${invoice.id}`,
      number: nextNumber(emulator, idOf(invoice.customer)),
      status: 'open',
      status_transitions: { ...invoice.status_transitions, finalized_at: now },
    },
    'invoice.finalized',
  );
  if (intent) putPayment(emulator, after.invoice, intent);
  return after;
}

/**
 * Credit, and debts too small to charge, live in the customer's balance, where negative means
 * credit. What Checkout has charged was agreed on its page, so that leaves the balance alone.
 */
function settleBalance(
  emulator: Emulator,
  { customer: customerId, currency, total }: WireInvoice,
  isAgreed: boolean,
): Pick<WireInvoice, 'amount_due' | 'amount_remaining' | 'ending_balance' | 'starting_balance'> {
  const customer = emulator.state.customers.get(idOf(customerId));
  const starting = customer && !customer.deleted ? customer.balance : 0;
  const owed = total + (isAgreed ? 0 : starting);
  const isTooSmall = amountRefusal(owed, currency)?.body.code === 'amount_too_small';
  const due = total === 0 || isTooSmall ? 0 : owed;
  const ending = total === 0 || isAgreed ? starting : owed - due;
  if (customer && !customer.deleted && ending !== starting)
    emulator.state.customers.put({ ...customer, balance: ending });
  return {
    amount_due: due,
    amount_remaining: due,
    starting_balance: starting,
    ending_balance: ending,
  };
}

function createIntentFor(
  emulator: Emulator,
  cause: Cause,
  invoice: WireInvoice,
): Stripe.PaymentIntent {
  const isFirst = invoice.billing_reason === 'subscription_create';
  const intent = emulator.state.paymentIntents.put<Stripe.PaymentIntent>({
    ...buildPaymentIntent(emulator, {
      amount: invoice.amount_due,
      currency: invoice.currency,
      customer: idOf(invoice.customer),
      automaticPaymentMethods: null,
      description: isFirst ? 'Subscription creation' : 'Subscription update',
      metadata: {},
      receipt_email: null,
      setup_future_usage: null,
      statement_descriptor: null,
      statement_descriptor_suffix: null,
    }),
    setup_future_usage: invoice.parent ? 'off_session' : null,
  });
  emitEvent(emulator, cause, 'payment_intent.created', intent);
  return intent;
}

function putPayment(emulator: Emulator, invoice: WireInvoice, intent: Stripe.PaymentIntent): void {
  emulator.state.invoicePayments.put<Stripe.InvoicePayment>({
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: emulator.clock.nowSeconds(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

/** Such as `K3J2H1G0-0007`: the customer's prefix and a number that counts their invoices. */
function nextNumber(emulator: Emulator, customerId: string): string {
  const { customers } = emulator.state;
  const customer = customers.get(customerId);
  if (!customer || customer.deleted) return newId('EMU', 8);
  const sequence = customer.next_invoice_sequence ?? 1;
  customers.put({ ...customer, next_invoice_sequence: sequence + 1 });
  return `${customer.invoice_prefix ?? 'EMU'}-${String(sequence).padStart(4, '0')}`;
}
