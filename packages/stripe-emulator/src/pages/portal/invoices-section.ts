import { formatMoney } from '../../protocol/currencies.ts';
import type { WireInvoice } from '../../state/billing-records.ts';
import { day } from '../day.ts';
import { html, type Markup } from '../html.ts';
import type { PortalView } from './portal-page.ts';

const INVOICES_SHOWN = 24;

export function invoicesSection({ emulator, customer }: PortalView): Markup {
  const own = [...emulator.state.invoices.newestFirst()].filter(
    ({ invoice }) => invoice.customer === customer.id && invoice.status !== 'draft',
  );
  return html`<section class="card" aria-labelledby="invoices">
    <h2 id="invoices">Invoices</h2>
    ${
      own.length === 0
        ? html`<p class="quiet">There are none yet.</p>`
        : html`<ul class="rows">
            ${own.slice(0, INVOICES_SHOWN).map(({ invoice }) => row(invoice))}
          </ul>`
    }
    ${own.length > INVOICES_SHOWN && html`<p class="quiet">Older ones are not shown.</p>`}
  </section>`;
}

function row(invoice: WireInvoice): Markup {
  return html`<li class="row">
    <div>
      <p class="item-name">
        <a href="/invoice/${invoice.id}" aria-label="Invoice ${invoice.number ?? invoice.id}"
          >${day(invoice.created)}</a
        >
      </p>
      <p class="quiet digits">${invoice.number}</p>
    </div>
    <p class="row-side">
      <strong>${formatMoney(invoice.total, invoice.currency)}</strong>
      <span class="tag ${invoice.status}">${invoice.status}</span>
    </p>
  </li>`;
}
