import { formatMoney } from '../../protocol/currencies.ts';
import type { InvoiceRecord, WireInvoice, WireInvoiceLine } from '../../state/billing-records.ts';
import type { CardErrors, CardForm } from '../card-form.ts';
import { cardFields, testCards } from '../checkout/card-fields.ts';
import { day } from '../day.ts';
import { html, type Markup } from '../html.ts';
import { layout } from '../layout.ts';

type Money = (amount: number) => string;

/** The invoice of Stripe's hosted page: what it is for, what became of it, and how to pay it. */
export function invoicePage(
  { invoice, lines }: InvoiceRecord,
  form: CardForm,
  errors: CardErrors,
): string {
  const money: Money = (amount) => formatMoney(amount, invoice.currency);
  const isOpen = invoice.status === 'open';
  const content = html`<main class="card receipt">
    <h1>Invoice ${invoice.number}</h1>
    <p class="amount">${money(isOpen ? invoice.amount_remaining : invoice.total)}</p>
    <p><span class="tag ${invoice.status}">${invoice.status}</span> ${whatBecame(invoice)}</p>
    <dl class="facts">
      <div>
        <dt>Billed to</dt>
        <dd>${invoice.customer_name ?? invoice.customer_email ?? 'Customer'}</dd>
      </div>
      <div>
        <dt>Issued on</dt>
        <dd>${day(invoice.created)}</dd>
      </div>
    </dl>
    <h2>What it is for</h2>
    <ul class="items">
      ${lines.map((line) => lineItem(line, money))}
    </ul>
    ${totals(invoice, money)} ${isOpen && payment(invoice, money, form, errors)}
    ${invoice.description !== null && html`<p class="quiet">${invoice.description}</p>`}
  </main>`;
  return layout(`Invoice ${invoice.number ?? ''}`, content, 'narrow');
}

function whatBecame(invoice: WireInvoice): string {
  const { paid_at: paidAt, voided_at: voidedAt } = invoice.status_transitions;
  if (invoice.status === 'paid' && paidAt !== null) return `on ${day(paidAt)}`;
  if (invoice.status === 'void' && voidedAt !== null)
    return `since ${day(voidedAt)}; there is nothing to pay`;
  return invoice.attempted ? 'The last attempt to charge your card failed.' : '';
}

function lineItem(line: WireInvoiceLine, money: Money): Markup {
  const { start, end } = line.period;
  return html`<li>
    <div>
      <p class="item-name">${line.description}</p>
      ${end > start && html`<p class="quiet">${day(start)} – ${day(end)}</p>`}
    </div>
    <p class="item-amount">${money(line.amount)}</p>
  </li>`;
}

function totals(invoice: WireInvoice, money: Money): Markup {
  const off = invoice.total_discount_amounts?.[0]?.amount ?? 0;
  const tax = invoice.total_taxes?.[0]?.amount ?? 0;
  const balance = invoice.total - invoice.amount_due;
  const credited =
    invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount;
  const row = (name: string, amount: number, className = ''): Markup =>
    html`<div class="${className}">
      <dt>${name}</dt>
      <dd>${money(amount)}</dd>
    </div>`;
  return html`<dl class="totals">
    ${row('Subtotal', invoice.subtotal)} ${off !== 0 && row('Discount', -off, 'discount')}
    ${(invoice.total_taxes ?? []).length > 0 && row('Tax', tax)}
    ${row('Total', invoice.total, 'total')}
    ${balance !== 0 && credited === 0 && row('From your balance', -balance)}
    ${credited !== 0 && row('Credited', -credited)} ${row('Paid', invoice.amount_paid)}
    ${invoice.amount_remaining !== 0 && row('Due', invoice.amount_remaining)}
  </dl>`;
}

function payment(invoice: WireInvoice, money: Money, form: CardForm, errors: CardErrors): Markup {
  const isWrong = Object.keys(errors).length > 0;
  return html`<form class="portal-form" method="post" action="/invoice/${invoice.id}/pay">
    <button class="default-submit" type="submit" tabindex="-1" aria-hidden="true">Pay</button>
    <h2>Pay by card</h2>
    ${isWrong && html`<p class="alert" role="alert">${errors.payment ?? 'Nothing was charged. Correct what is marked.'}</p>`}
    ${cardFields(form, errors, true)}
    <button class="pay" type="submit">Pay ${money(invoice.amount_remaining)}</button>
    ${testCards(`/invoice/${invoice.id}/fill`)}
  </form>`;
}
