import type Stripe from 'stripe';
import { idOf } from '../../state/id-of.ts';
import { BLANK_CARD } from '../card-form.ts';
import { cardFields, testCards } from '../checkout/card-fields.ts';
import { html, type Markup } from '../html.ts';
import type { PortalView } from './portal-page.ts';

/** The card that is charged, and a form for another one. */
export function cardSection(view: PortalView): Markup {
  const { emulator, record, customer, card, errors } = view;
  const current = emulator.state.paymentMethods.get(currentCard(view));
  const isOpen = card !== null || current === undefined || record.session.flow !== null;
  return html`<section class="card" aria-labelledby="card">
    <h2 id="card">Payment method</h2>
    <p>${current ? cardName(current) : html`<span class="quiet">No card is saved.</span>`}</p>
    <details ${isOpen && html`open`}>
      <summary>${current ? 'Change the card' : 'Add a card'}</summary>
      <form class="portal-form" method="post" action="/p/session/${record.id}/card">
        <button class="default-submit" type="submit" tabindex="-1" aria-hidden="true">Save</button>
        ${cardFields(card ?? { ...BLANK_CARD, name: customer.name ?? '' }, errors, true)}
        <button class="pay" type="submit">Save card</button>
        ${testCards(`/p/session/${record.id}/fill`)}
      </form>
    </details>
  </section>`;
}

/** The card of the customer's newest subscription that has one of its own, else their default. */
function currentCard({ emulator, customer }: PortalView): string {
  const fallback = idOf(customer.invoice_settings.default_payment_method);
  if (fallback !== '') return fallback;
  for (const { subscription } of emulator.state.subscriptions.newestFirst())
    if (subscription.customer === customer.id && subscription.default_payment_method !== null)
      return idOf(subscription.default_payment_method);
  return '';
}

function cardName(method: Stripe.PaymentMethod): Markup {
  const { card } = method;
  const expiry = `${card?.exp_month ?? ''} / ${String(card?.exp_year ?? '').slice(-2)}`;
  return html`<strong class="brand">${card?.brand ?? 'Card'}</strong>
    <span class="digits">•••• ${card?.last4 ?? ''}</span>
    <span class="quiet">expires ${expiry}</span>`;
}
