import type { Emulator } from '../../emulator.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import { presentmentOf } from '../../resources/checkout/presentment.ts';
import { rateText } from '../../resources/invoices/build-line.ts';
import type { SessionRecord, WireLineItem } from '../../state/records.ts';
import { html, type Markup } from '../html.ts';
import type { CheckoutForm, FormErrors } from './checkout-form.ts';

/** What is bought, the discount, the total, and the place for a promotion code. */
export function orderSummary(
  emulator: Emulator,
  record: SessionRecord,
  form: CheckoutForm,
  errors: FormErrors,
): Markup {
  const { session, lineItems } = record;
  const money = (amount: number): string => formatMoney(amount, session.currency ?? 'usd');
  const total = money(session.amount_total ?? 0);
  return html`<h2 id="order">Order summary</h2>
    <p class="amount">${total}</p>
    ${ownCurrency(emulator, record)} ${renewal(record, money)}
    <ul class="items">
      ${lineItems.map((item) => lineItem(emulator, item, money))}
    </ul>
    <dl class="totals">
      <div>
        <dt>Subtotal</dt>
        <dd>${money(session.amount_subtotal ?? 0)}</dd>
      </div>
      ${discountRow(emulator, record, money)} ${taxRow(record, money)}
      <div class="total">
        <dt>Total due${session.mode === 'subscription' && ' today'}</dt>
        <dd>${total}</dd>
      </div>
    </dl>
    ${session.allow_promotion_codes === true && record.discount === null && codeField(session.id, form, errors)}`;
}

/** With adaptive pricing, what the customer pays in their own currency. */
function ownCurrency(emulator: Emulator, { session }: SessionRecord): Markup | undefined {
  const own = presentmentOf(emulator, session);
  if (!own) return undefined;
  const amount = formatMoney(own.presentment_amount, own.presentment_currency);
  return html`<p class="quiet">You pay ${amount} in your own currency.</p>`;
}

/** What a subscription will cost after today, before discounts and tax. */
function renewal(
  { lineItems, session, subscriptionData }: SessionRecord,
  money: (amount: number) => string,
): Markup | undefined {
  const [first] = lineItems.flatMap(({ price }) => price.recurring ?? []);
  if (session.mode !== 'subscription' || !first) return undefined;
  const amount = lineItems
    .filter(({ price }) => price.recurring)
    .reduce((sum, { price, quantity }) => sum + (price.unit_amount ?? 0) * (quantity ?? 1), 0);
  const { interval, interval_count: count } = first;
  const rhythm = count === 1 ? `every ${interval}` : `every ${count} ${interval}s`;
  const days = subscriptionData?.trialDays ?? null;
  const isTrial = days !== null || subscriptionData?.trialEnd !== null;
  const free = days === null ? 'Free at first' : `${days} days free`;
  return html`<p class="quiet">
    ${isTrial ? `${free}, then ${money(amount)} ${rhythm}` : `Renews ${rhythm} until it is cancelled`}
  </p>`;
}

function lineItem(
  emulator: Emulator,
  item: WireLineItem,
  money: (amount: number) => string,
): Markup {
  const quantity = item.quantity ?? 1;
  const product = emulator.state.products.get(item.price.product);
  const each = item.price.recurring ? rateText(item.price) : money(item.price.unit_amount ?? 0);
  return html`<li>
    <div>
      <p class="item-name">${item.description ?? 'Item'}</p>
      ${product?.description && html`<p class="quiet">${product.description}</p>`}
      ${(quantity > 1 || item.price.recurring) && html`<p class="quiet">${quantity} × ${each}</p>`}
    </div>
    <p class="item-amount">${money(item.amount_subtotal)}</p>
  </li>`;
}

function discountRow(
  emulator: Emulator,
  { session, discount }: SessionRecord,
  money: (amount: number) => string,
): Markup | undefined {
  if (!discount) return undefined;
  const code =
    discount.promotionCode === null
      ? undefined
      : emulator.state.promotionCodes.get(discount.promotionCode);
  const coupon = emulator.state.coupons.get(discount.coupon);
  const terms = coupon?.percent_off ? `${coupon.percent_off} % off` : coupon?.name;
  const remove = html`<button
    class="link"
    type="submit"
    formaction="/c/pay/${session.id}/remove-promotion"
    formnovalidate
    aria-label="Remove promotion code ${code?.code}"
  >
    Remove
  </button>`;
  return html`<div class="discount">
    <dt>
      <span class="tag">${code?.code ?? coupon?.name ?? 'Discount'}</span>
      ${terms && html`<span class="quiet">${terms}</span>`}
      ${session.allow_promotion_codes === true && remove}
    </dt>
    <dd>−${money(discount.amount)}</dd>
  </div>`;
}

function taxRow(
  { session, taxPercent }: SessionRecord,
  money: (amount: number) => string,
): Markup | undefined {
  if (taxPercent === null) return undefined;
  return html`<div>
    <dt>Tax (${taxPercent} %)</dt>
    <dd>${money(session.total_details?.amount_tax ?? 0)}</dd>
  </div>`;
}

function codeField(sessionId: string, form: CheckoutForm, errors: FormErrors): Markup {
  const error = errors.promotionCode;
  return html`<div class="field">
    <label for="promotion_code">Promotion code</label>
    <div class="with-button">
      <input
        id="promotion_code"
        name="promotion_code"
        value="${form.promotionCode}"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        maxlength="100"
        ${error !== undefined && html`aria-invalid="true" aria-describedby="promotion-error"`}
      />
      <button
        class="secondary"
        type="submit"
        formaction="/c/pay/${sessionId}/promotion"
        formnovalidate
      >
        Apply
      </button>
    </div>
    ${error !== undefined && html`<p class="error" id="promotion-error" role="alert">${error}</p>`}
  </div>`;
}
