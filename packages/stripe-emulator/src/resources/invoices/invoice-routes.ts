import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { flag, integer, object, oneOf, required, text } from '../../protocol/fields.ts';
import { isWithin, listObject, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchReference, noSuchResource } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import type { InvoiceRecord } from '../../state/billing-records.ts';
import { changeInvoice } from './change-invoice.ts';
import { endInvoice } from './end-invoice.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { PAY_FIELDS, payInvoice } from './pay-invoice.ts';
import { reviseInvoice } from './revise-invoice.ts';

const LINES_LIMIT = 10;
const LINES_PAGE = { limit: integer({ min: 1, max: 100 }), starting_after: text() };
const STATUSES = oneOf('draft', 'open', 'paid', 'uncollectible', 'void');

/** Invoices come from subscriptions and Checkout; the API alone only revises one of them. */
const CREATE = {
  auto_advance: flag(),
  customer: text(),
  from_invoice: required(
    object({ action: required(oneOf('revision')), invoice: required(text()) }),
  ),
  metadata: metadata(),
};

export const INVOICE_ROUTES: Route[] = [
  route('POST', '/v1/invoices', CREATE, ({ emulator, params, cause }) => {
    const { invoice: id } = params.from_invoice;
    const original = emulator.state.invoices.get(id);
    if (!original) throw noSuchReference('invoice', id, 'from_invoice[invoice]');
    return reviseInvoice(emulator, cause, original, mergeMetadata({}, params.metadata)).invoice;
  }),
  route('GET', '/v1/invoices/{id}', {}, ({ emulator, id }) => invoiceAt(emulator, id).invoice),
  route(
    'POST',
    '/v1/invoices/{id}',
    { auto_advance: flag(), description: text(), metadata: metadata() },
    ({ emulator, params, id, cause }) => {
      const record = invoiceAt(emulator, id);
      const { invoice } = record;
      const change = {
        auto_advance: params.auto_advance ?? invoice.auto_advance ?? false,
        description: params.description ?? invoice.description,
        metadata: mergeMetadata(invoice.metadata ?? {}, params.metadata),
      };
      return changeInvoice(emulator, cause, record, change, 'invoice.updated').invoice;
    },
  ),
  route(
    'POST',
    '/v1/invoices/{id}/finalize',
    { auto_advance: flag() },
    ({ emulator, id, cause }) => {
      const record = withStatus(invoiceAt(emulator, id), ['draft'], 'finalize');
      const open = finalizeInvoice(emulator, cause, record);
      const replaced = emulator.state.invoices.get(
        idOf(open.invoice.from_invoice?.invoice ?? null),
      );
      if (replaced?.invoice.status === 'open') endInvoice(emulator, cause, replaced, 'void');
      return open.invoice;
    },
  ),
  route('POST', '/v1/invoices/{id}/pay', PAY_FIELDS, ({ emulator, params, id, cause }) => {
    const record = withStatus(invoiceAt(emulator, id), ['draft', 'open', 'uncollectible'], 'pay');
    return payInvoice(emulator, cause, record, params).invoice;
  }),
  route('POST', '/v1/invoices/{id}/void', {}, ({ emulator, id, cause }) => {
    const record = withStatus(invoiceAt(emulator, id), ['open', 'uncollectible'], 'void');
    return endInvoice(emulator, cause, record, 'void').invoice;
  }),
  route('POST', '/v1/invoices/{id}/mark_uncollectible', {}, ({ emulator, id, cause }) => {
    const record = withStatus(invoiceAt(emulator, id), ['open'], 'mark as uncollectible');
    return endInvoice(emulator, cause, record, 'uncollectible').invoice;
  }),
  route('GET', '/v1/invoices/{id}/lines', LINES_PAGE, ({ emulator, params, id }) =>
    linesPage(invoiceAt(emulator, id), params.limit, params.starting_after),
  ),
  listRoute('/v1/invoices', {
    noun: 'invoice',
    filters: {
      collection_method: oneOf('charge_automatically', 'send_invoice'),
      created: timeRange(),
      customer: text(),
      status: STATUSES,
      subscription: text(),
    },
    table: ({ emulator }) => emulator.state.invoices,
    matches: ({ invoice }, filter) =>
      (filter.collection_method === undefined ||
        invoice.collection_method === filter.collection_method) &&
      (filter.customer === undefined || invoice.customer === filter.customer) &&
      (filter.status === undefined || invoice.status === filter.status) &&
      (filter.subscription === undefined ||
        invoice.parent?.subscription_details?.subscription === filter.subscription) &&
      isWithin(invoice.created, filter.created),
    present: ({ invoice }) => invoice,
  }),
];

export const INVOICE_PAYMENT_ROUTES: Route[] = [
  route('GET', '/v1/invoice_payments/{id}', {}, ({ emulator, id }) => {
    const payment = emulator.state.invoicePayments.get(id);
    if (!payment) throw noSuchResource('invoice_payment', id);
    return payment;
  }),
  listRoute('/v1/invoice_payments', {
    noun: 'invoice_payment',
    filters: {
      created: timeRange(),
      invoice: text(),
      payment: object({ payment_intent: text(), type: required(oneOf('payment_intent')) }),
      status: oneOf('canceled', 'open', 'paid'),
    },
    table: ({ emulator }) => emulator.state.invoicePayments,
    matches: (payment, filter) =>
      (filter.invoice === undefined || payment.invoice === filter.invoice) &&
      (filter.payment?.payment_intent === undefined ||
        payment.payment.payment_intent === filter.payment.payment_intent) &&
      (filter.status === undefined || payment.status === filter.status) &&
      isWithin(payment.created, filter.created),
    present: (payment) => payment,
  }),
];

/** Oldest first, unlike most lists. */
function linesPage(record: InvoiceRecord, limit = LINES_LIMIT, after?: string): object {
  const start = after === undefined ? 0 : record.lines.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0)
    throw noSuchReference('invoice line item', after, 'starting_after');
  const page = record.lines.slice(start, start + limit);
  return listObject(`/v1/invoices/${record.id}/lines`, page, start + limit < record.lines.length);
}

function withStatus(
  record: InvoiceRecord,
  allowed: readonly Stripe.Invoice.Status[],
  verb: string,
): InvoiceRecord {
  const status = record.invoice.status ?? 'draft';
  if (allowed.includes(status)) return record;
  throw invalidRequest(
    `You can only ${verb} an invoice that is ${allowed.join(' or ')}. This invoice is ${status}.`,
    undefined,
    status === 'paid' && verb === 'pay' ? 'invoice_already_paid' : 'status_transition_invalid',
  );
}

function invoiceAt(emulator: Emulator, id: string): InvoiceRecord {
  const record = emulator.state.invoices.get(id);
  if (!record) throw noSuchResource('invoice', id);
  return record;
}
