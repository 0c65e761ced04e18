import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import type { InvoiceRecord, WireCreditNote } from '../../state/billing-records.ts';
import { changeInvoice } from '../invoices/change-invoice.ts';
import { dropPayment, paymentsOf, settleInvoice } from '../invoices/settle-invoice.ts';
import { createRefund } from '../refunds/create-refund.ts';
import { followPayment } from '../subscriptions/collect-for-subscription.ts';
import { creditedLines, type CreditedLines } from './credited-lines.ts';
import type { CreditNoteParams } from './credit-note-fields.ts';

/**
 * Credits part or all of an invoice: an open one has less to be paid, a paid one is given back by
 * refund, as credit of the customer, or outside of Stripe. Throws a 400 for whatever Stripe refuses.
 */
export function createCreditNote(
  emulator: Emulator,
  params: CreditNoteParams,
  cause: Cause,
): WireCreditNote {
  const record = emulator.state.invoices.get(params.invoice);
  if (!record) throw noSuchReference('invoice', params.invoice, 'invoice');
  const credited = creditedLines(record, params);
  const isPaid = record.invoice.status === 'paid';
  if (!isPaid && record.invoice.status !== 'open')
    throw invalidRequest('Credit notes can only be issued for open or paid invoices.', 'invoice');
  requireCreditable(record, credited.total);
  const refund = isPaid ? giveBack(emulator, cause, record, params, credited.total) : null;
  const note = emulator.state.creditNotes.put(
    buildNote(emulator, record, params, credited, refund),
  );
  emitEvent(emulator, cause, 'credit_note.created', note);
  if (isPaid) {
    const before = record.invoice.post_payment_credit_notes_amount;
    const change = { post_payment_credit_notes_amount: before + note.amount };
    changeInvoice(emulator, cause, record, change, 'invoice.updated');
  } else reduceInvoice(emulator, cause, record, note.amount);
  return note;
}

function requireCreditable({ invoice }: InvoiceRecord, amount: number): void {
  const most =
    invoice.status === 'open'
      ? invoice.amount_remaining
      : invoice.amount_paid - invoice.post_payment_credit_notes_amount;
  if (amount > most)
    throw invalidRequest(
      `The total amount of credit notes for this invoice is at most ${most} more.`,
      'amount',
    );
}

/** How a paid invoice is given back must add up to what is credited. Returns the refund, if any. */
function giveBack(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  params: CreditNoteParams,
  total: number,
): Stripe.Refund | null {
  const {
    refund_amount: refunded = 0,
    credit_amount: kept = 0,
    out_of_band_amount: other = 0,
  } = params;
  if (refunded + kept + other !== total)
    throw invalidRequest(
      `The sum of credit_amount, refund_amount and out_of_band_amount must equal the credit note amount of ${total}.`,
      'refund_amount',
    );
  const { state } = emulator;
  const refund = refunded === 0 ? null : refundInvoice(emulator, cause, record, refunded);
  const customer = state.customers.get(idOf(record.invoice.customer));
  if (kept > 0 && customer && !customer.deleted)
    state.customers.put({ ...customer, balance: customer.balance - kept });
  return refund;
}

function refundInvoice(
  emulator: Emulator,
  cause: Cause,
  { paymentIntent }: InvoiceRecord,
  amount: number,
): Stripe.Refund {
  const { charges, paymentIntents } = emulator.state;
  const intent = paymentIntents.get(paymentIntent ?? '');
  const charge = charges.get(idOf(intent?.latest_charge ?? null));
  if (!charge)
    throw invalidRequest('This invoice has no charge that could be refunded.', 'refund_amount');
  return createRefund(emulator, cause, charge, { amount });
}

/** An open invoice of which nothing is left to pay is paid. */
function reduceInvoice(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  amount: number,
): void {
  const { invoice } = record;
  const left = invoice.amount_remaining - amount;
  const reduced = changeInvoice(
    emulator,
    cause,
    record,
    {
      amount_due: left,
      amount_remaining: left,
      pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + amount,
    },
    'invoice.updated',
  );
  if (left > 0) {
    const { invoicePayments, paymentIntents } = emulator.state;
    const intent = paymentIntents.get(record.paymentIntent ?? '');
    if (intent) paymentIntents.put({ ...intent, amount: left });
    for (const payment of paymentsOf(emulator, record.id))
      if (payment.status === 'open') invoicePayments.put({ ...payment, amount_requested: left });
    return;
  }
  dropPayment(emulator, cause, reduced);
  settleInvoice(emulator, cause, reduced, 'nothing_due');
  const parent = invoice.parent?.subscription_details?.subscription ?? null;
  const subscription = emulator.state.subscriptions.get(idOf(parent));
  if (subscription) followPayment(emulator, cause, subscription);
}

function buildNote(
  emulator: Emulator,
  { id, invoice }: InvoiceRecord,
  params: CreditNoteParams,
  { lines, subtotal, total }: CreditedLines,
  refund: Stripe.Refund | null,
): WireCreditNote {
  const noteId = newId('cn');
  const isPaid = invoice.status === 'paid';
  const now = emulator.clock.nowSeconds();
  const earlier = [...emulator.state.creditNotes.values()].filter((note) => note.invoice === id);
  return {
    id: noteId,
    object: 'credit_note',
    amount: total,
    amount_shipping: 0,
    created: now,
    currency: invoice.currency,
    customer: idOf(invoice.customer),
    customer_account: null,
    customer_balance_transaction: null,
    discount_amount: 0,
    discount_amounts: [],
    effective_at: now,
    invoice: id,
    lines: {
      object: 'list',
      data: lines,
      has_more: false,
      url: `/v1/credit_notes/${noteId}/lines`,
    },
    livemode: false,
    memo: params.memo ?? null,
    metadata: mergeMetadata({}, params.metadata),
    number: `${invoice.number ?? 'EMU'}-CN-${String(earlier.length + 1).padStart(2, '0')}`,
    out_of_band_amount: params.out_of_band_amount ?? null,
    pdf: invoice.hosted_invoice_url ?? '',
    post_payment_amount: isPaid ? total : 0,
    pre_payment_amount: isPaid ? 0 : total,
    pretax_credit_amounts: [],
    reason: params.reason ?? null,
    refunds: refund
      ? [
          {
            amount_refunded: refund.amount,
            payment_record_refund: null,
            refund: refund.id,
            type: 'refund',
          },
        ]
      : [],
    shipping_cost: null,
    status: 'issued',
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_excluding_tax: subtotal,
    total_taxes: lines.flatMap((line) => line.taxes ?? []),
    type: isPaid ? 'post_payment' : 'pre_payment',
    voided_at: null,
  };
}
