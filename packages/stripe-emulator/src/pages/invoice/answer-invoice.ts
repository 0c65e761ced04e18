import type { Emulator } from '../../emulator.ts';
import { StripeError } from '../../protocol/stripe-error.ts';
import { changeCard } from '../../resources/portal/change-card.ts';
import { payInvoice } from '../../resources/invoices/pay-invoice.ts';
import { inTimeOf } from '../../resources/test-clocks/time-of.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import type { InvoiceRecord } from '../../state/billing-records.ts';
import {
  BLANK_CARD,
  checkCardForm,
  fillCardForm,
  readCardForm,
  type CardForm,
} from '../card-form.ts';
import type { PageAnswer } from '../handle-page.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { invoicePage } from './invoice-page.ts';

export const INVOICE_STEPS = ['show', 'fill', 'pay'] as const;

/** Shows an invoice that has been finalized; an open one can be paid here with another card. */
export function answerInvoice(
  emulator: Emulator,
  id: string,
  step: (typeof INVOICE_STEPS)[number],
  body: string,
): PageAnswer {
  const record = emulator.state.invoices.get(id);
  if (!record || record.invoice.status === 'draft') return page(404, unknownInvoicePage());
  const posted = new URLSearchParams(body);
  if (step === 'fill') return page(200, invoicePage(record, fillCardForm(emulator, posted), {}));
  if (step === 'pay' && record.invoice.status === 'open')
    return pay(emulator, record, readCardForm(posted));
  return page(200, invoicePage(record, BLANK_CARD, {}));
}

/** The card becomes the customer's own, as it does on Stripe's page. */
function pay(emulator: Emulator, record: InvoiceRecord, form: CardForm): PageAnswer {
  const { card, errors } = checkCardForm(emulator, form);
  if (!card || Object.keys(errors).length > 0) return page(422, invoicePage(record, form, errors));
  const customer = emulator.state.customers.get(idOf(record.invoice.customer));
  if (!customer || customer.deleted) return page(404, unknownInvoicePage());
  const cause = { id: newId('req', 14), idempotency_key: crypto.randomUUID() };
  const declined = (message: string): PageAnswer =>
    page(402, invoicePage(record, form, { payment: message }));
  const changed = changeCard(emulator, cause, customer, card);
  if (changed.outcome === 'declined') return declined(changed.error.message);
  try {
    payInvoice(inTimeOf(emulator, customer), cause, record, { payment_method: changed.method.id });
  } catch (error) {
    if (error instanceof StripeError && error.status === 402) return declined(error.message);
    throw error;
  }
  return { kind: 'redirect', location: `/invoice/${record.id}` };
}

function unknownInvoicePage(): string {
  const content = html`<main class="card message">
    <p class="mark over" aria-hidden="true">?</p>
    <h1>No such invoice</h1>
    <p>The link is incomplete, or the emulator has been reset since it was made.</p>
  </main>`;
  return layout('No such invoice', content, 'narrow');
}

function page(status: number, markup: string): PageAnswer {
  return { kind: 'page', status, markup };
}
