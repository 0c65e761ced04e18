import { formatMoney } from '../../protocol/currencies.ts';
import { rateText } from '../../resources/invoices/build-line.ts';
import { isLive } from '../../resources/subscriptions/change-subscription.ts';
import type { SubscriptionRecord, WireSubscription } from '../../state/billing-records.ts';
import { day } from '../day.ts';
import { html, type Markup } from '../html.ts';
import type { PortalView } from './portal-page.ts';

export function subscriptionsSection(view: PortalView): Markup {
  const live = [...view.emulator.state.subscriptions.newestFirst()].filter((record) =>
    isShown(view, record),
  );
  return html`<section class="card" aria-labelledby="plans">
    <h2 id="plans">Current plan</h2>
    ${
      live.length === 0
        ? html`<p class="quiet">You have no subscription.</p>`
        : html`<ul class="rows">
            ${live.map(({ subscription }) => row(view, subscription))}
          </ul>`
    }
  </section>`;
}

function isShown(view: PortalView, record: SubscriptionRecord): boolean {
  const only = view.record.session.flow?.subscription_cancel?.subscription ?? record.id;
  return record.subscription.customer === view.customer.id && isLive(record) && record.id === only;
}

function row(view: PortalView, subscription: WireSubscription): Markup {
  const { cancel_at: cancelAt, status } = subscription;
  const canCancel = view.configuration.features.subscription_cancel.enabled;
  return html`<li class="row">
    <div>
      ${plan(view, subscription)}
      <p class="quiet">${whatComes(subscription)}</p>
    </div>
    <div class="row-side">
      ${status !== 'active' && html`<span class="tag ${status}">${STATUS_NAMES[status] ?? status}</span>`}
      ${canCancel && button(view, subscription, cancelAt === null ? 'cancel' : 'resume')}
    </div>
  </li>`;
}

/** What is subscribed to, one line per item. */
export function plan({ emulator }: PortalView, subscription: WireSubscription): Markup[] {
  return subscription.items.data.map((item) => {
    const product = emulator.state.products.get(item.price.product);
    const quantity = item.quantity ?? 1;
    return html`<p class="item-name">
      ${quantity > 1 && `${quantity} × `}${product?.name ?? 'Subscription'}
      <span class="quiet">${rateText(item.price)}</span>
    </p>`;
  });
}

function whatComes(subscription: WireSubscription): string {
  const { cancel_at: cancelAt, currency, items, status } = subscription;
  if (cancelAt !== null) return `Ends on ${day(cancelAt)}`;
  if (status === 'past_due')
    return 'The last payment failed. Change your card, or pay the invoice.';
  const end = items.data[0]?.current_period_end ?? 0;
  const amount = items.data.reduce(
    (sum, { price, quantity }) => sum + (price.unit_amount ?? 0) * (quantity ?? 1),
    0,
  );
  const verb = status === 'trialing' ? 'Free until' : 'Renews on';
  return `${verb} ${day(end)}, then ${formatMoney(amount, currency)}`;
}

function button(
  { record }: PortalView,
  subscription: WireSubscription,
  step: 'cancel' | 'resume',
): Markup {
  return html`<form method="post" action="/p/session/${record.id}/${step}">
    <input type="hidden" name="subscription" value="${subscription.id}" />
    <button class="secondary" type="submit">
      ${step === 'cancel' ? 'Cancel plan' : 'Keep my plan'}
    </button>
  </form>`;
}

const STATUS_NAMES: Record<string, string> = {
  trialing: 'Trial',
  past_due: 'Past due',
  incomplete: 'Not paid yet',
  unpaid: 'Unpaid',
};
