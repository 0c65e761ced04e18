import type { Emulator } from '../../emulator.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import { idOf } from '../../state/id-of.ts';
import { day } from '../day.ts';
import { html, type Markup } from '../html.ts';

const ROWS_SHOWN = 10;

interface Row {
  /** What it is, for people. */
  name: string;
  /** Its id and what else tells it apart. */
  detail: string;
  amount?: string;
  state: string;
  link?: { href: string; text: string };
}

/** The newest objects of the kinds that tests look at most, each kind in a section of its own. */
export function objectSections(emulator: Emulator): Markup[] {
  return [
    section('customers', 'Customers', customerRows(emulator)),
    section('subscriptions', 'Subscriptions', subscriptionRows(emulator)),
    section('invoices', 'Invoices', invoiceRows(emulator)),
    section('payments', 'Payment intents', intentRows(emulator)),
    section('disputes', 'Disputes', disputeRows(emulator)),
  ];
}

function customerRows({ state }: Emulator): Row[] {
  return take(state.customers.newestFirst()).map((customer) =>
    customer.deleted
      ? { name: 'Deleted customer', detail: customer.id, state: 'deleted' }
      : {
          name: customer.name ?? customer.email ?? 'No name',
          detail: `${customer.id} · ${day(customer.created)}`,
          state: customer.invoice_settings.default_payment_method === null ? 'no card' : 'has card',
        },
  );
}

function subscriptionRows({ state }: Emulator): Row[] {
  return take(state.subscriptions.newestFirst()).map(({ subscription }) => {
    const [item] = subscription.items.data;
    const product = state.products.get(item?.price.product ?? '');
    const end = day(item?.current_period_end ?? 0);
    return {
      name: `${item?.quantity ?? 1} × ${product?.name ?? 'Subscription'}`,
      detail: `${subscription.id} · ${subscription.cancel_at === null ? 'renews' : 'ends'} ${end}`,
      state: subscription.status,
    };
  });
}

function invoiceRows({ state }: Emulator): Row[] {
  return take(state.invoices.newestFirst()).map(({ invoice }) => ({
    name: invoice.number ?? 'Draft',
    detail: `${invoice.id} · ${invoice.billing_reason ?? ''}`,
    amount: formatMoney(invoice.total, invoice.currency),
    state: invoice.status ?? 'draft',
    ...(invoice.status === 'draft'
      ? {}
      : { link: { href: `/invoice/${invoice.id}`, text: 'Open page' } }),
  }));
}

function intentRows({ state }: Emulator): Row[] {
  return take(state.paymentIntents.newestFirst()).map((intent) => ({
    name: intent.description ?? 'Payment',
    detail: `${intent.id} · ${day(intent.created)}`,
    amount: formatMoney(intent.amount, intent.currency),
    state: intent.status,
    ...(intent.status === 'succeeded'
      ? { link: { href: `/receipts/${idOf(intent.latest_charge)}`, text: 'Receipt' } }
      : {}),
  }));
}

function disputeRows({ state }: Emulator): Row[] {
  return take(state.disputes.newestFirst()).map((dispute) => ({
    name: dispute.reason,
    detail: `${dispute.id} · ${idOf(dispute.charge)}`,
    amount: formatMoney(dispute.amount, dispute.currency),
    state: dispute.status,
  }));
}

/** Sections are closed at first, so that the newest events stay in sight. */
function section(id: string, title: string, rows: Row[]): Markup {
  return html`<details class="card" id="${id}">
    <summary>${title}${rows.length === 0 ? ', none yet' : ''}</summary>
    <ul class="rows">
      ${rows.map(
        (row) =>
          html`<li class="row">
            <div>
              <p class="item-name">${row.name}</p>
              <p class="quiet digits">${row.detail}</p>
            </div>
            <p class="row-side">
              ${row.amount !== undefined && html`<strong>${row.amount}</strong>`}
              <span class="tag ${row.state}">${row.state}</span>
              ${row.link && html`<a href="${row.link.href}" aria-label="${row.link.text} of ${row.name}">${row.link.text}</a>`}
            </p>
          </li>`,
      )}
    </ul>
  </details>`;
}

function take<T>(items: Iterable<T>): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === ROWS_SHOWN) break;
    taken.push(item);
  }
  return taken;
}
