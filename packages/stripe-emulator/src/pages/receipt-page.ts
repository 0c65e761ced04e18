import type Stripe from 'stripe';
import type { Emulator } from '../emulator.ts';
import { formatMoney } from '../protocol/currencies.ts';
import { day } from './day.ts';
import type { PageAnswer } from './handle-page.ts';
import { html, type Markup } from './html.ts';
import { layout } from './layout.ts';

/** The receipt of a paid charge; undefined when there is none. */
export function receiptPage(emulator: Emulator, chargeId: string): PageAnswer | undefined {
  const charge = emulator.state.charges.get(chargeId);
  if (charge?.status !== 'succeeded') return undefined;
  const money = (amount: number): string => formatMoney(amount, charge.currency);
  const refunds = [...emulator.state.refunds.values()].filter(
    (refund) => refund.charge === chargeId,
  );
  const content = html`<main class="card receipt">
    <h1>Receipt</h1>
    <p class="amount">${money(charge.amount)}</p>
    ${facts(charge)}
    <h2>What was bought</h2>
    <dl class="totals">
      ${itemRows(emulator, charge, money)}
      <div class="total">
        <dt>Paid</dt>
        <dd>${money(charge.amount)}</dd>
      </div>
      ${refunds.map(
        (refund) =>
          html`<div>
            <dt>Refund of ${day(refund.created)} (${refund.status})</dt>
            <dd>−${money(refund.amount)}</dd>
          </div>`,
      )}
    </dl>
    ${charge.disputed && html`<p class="notice">The cardholder has disputed this payment.</p>`}
  </main>`;
  return {
    kind: 'page',
    status: 200,
    markup: layout(`Receipt for ${money(charge.amount)}`, content, 'narrow'),
  };
}

function facts(charge: Stripe.Charge): Markup {
  const { card, us_bank_account: account } = charge.payment_method_details ?? {};
  return html`<dl class="facts">
    <div>
      <dt>Paid on</dt>
      <dd>${day(charge.created)}</dd>
    </div>
    <div>
      <dt>Paid with</dt>
      <dd class="brand">
        ${card?.brand ?? 'bank account'} •••• ${card?.last4 ?? account?.last4 ?? ''}
      </dd>
    </div>
    ${
      charge.billing_details.email !== null &&
      html`<div>
        <dt>Paid by</dt>
        <dd>${charge.billing_details.email}</dd>
      </div>`
    }
    <div>
      <dt>Receipt for</dt>
      <dd class="digits">${charge.id}</dd>
    </div>
  </dl>`;
}

function itemRows(
  emulator: Emulator,
  charge: Stripe.Charge,
  money: (amount: number) => string,
): Markup[] {
  const records = [...emulator.state.sessions.values()];
  const record = records.find(({ session }) => session.payment_intent === charge.payment_intent);
  if (!record)
    return [
      html`<div>
        <dt>${charge.description ?? 'Payment'}</dt>
        <dd>${money(charge.amount)}</dd>
      </div>`,
    ];
  const rows = record.lineItems.map(
    (item) =>
      html`<div>
        <dt>${item.description ?? 'Item'} × ${item.quantity}</dt>
        <dd>${money(item.amount_subtotal)}</dd>
      </div>`,
  );
  if (!record.discount) return rows;
  return [
    ...rows,
    html`<div>
      <dt>Discount</dt>
      <dd>−${money(record.discount.amount)}</dd>
    </div>`,
  ];
}
