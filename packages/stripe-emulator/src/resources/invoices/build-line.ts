import type Stripe from 'stripe';
import { formatMoney } from '../../protocol/currencies.ts';
import { newId } from '../../state/ids.ts';
import type { WireInvoiceLine, WireSubscriptionItem } from '../../state/billing-records.ts';
import type { WirePrice } from '../../state/records.ts';

export interface NewLine {
  /** Minor units, negative for a credit; before discount and tax. */
  amount: number;
  description: string;
  price: WirePrice;
  quantity: number;
  period: { start: number; end: number };
  metadata: Stripe.Metadata;
  parent: Stripe.InvoiceLineItem.Parent;
  subscription: string | null;
  isDiscountable?: boolean;
}

/** A line that is on no invoice yet; the invoice adds its discount and its tax. */
export function buildLine(wanted: NewLine): WireInvoiceLine {
  const { price } = wanted;
  return {
    id: newId('il'),
    object: 'line_item',
    amount: wanted.amount,
    currency: price.currency,
    description: wanted.description,
    discount_amounts: [],
    discountable: wanted.isDiscountable ?? true,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: wanted.metadata,
    parent: wanted.parent,
    period: wanted.period,
    pretax_credit_amounts: [],
    pricing: {
      type: 'price_details',
      price_details: { price: price.id, product: price.product },
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity: wanted.quantity,
    quantity_decimal: String(wanted.quantity),
    subscription: wanted.subscription,
    subtotal: wanted.amount,
    taxes: [],
  };
}

/** The full price of one period of an item; nothing during a trial. */
export function periodLine(
  item: WireSubscriptionItem,
  productName: string,
  metadata: Stripe.Metadata,
  isTrial: boolean,
): WireInvoiceLine {
  const quantity = item.quantity ?? 1;
  const amount = (item.price.unit_amount ?? 0) * quantity;
  const line = buildLine({
    amount: isTrial ? 0 : amount,
    description: isTrial
      ? `Free trial for ${quantity} × ${productName}`
      : `${quantity} × ${productName} (at ${rateText(item.price)})`,
    price: item.price,
    quantity,
    period: { start: item.current_period_start, end: item.current_period_end },
    metadata,
    parent: itemParent(item, null),
    subscription: item.subscription,
  });
  return isTrial && line.pricing
    ? { ...line, pricing: { ...line.pricing, unit_amount_decimal: '0' } }
    : line;
}

/** `prorationItem` is the invoice item of a proration, null for a regular period. */
export function itemParent(
  item: WireSubscriptionItem,
  prorationItem: string | null,
): Stripe.InvoiceLineItem.Parent {
  return {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: prorationItem,
      proration: prorationItem !== null,
      proration_details: prorationItem === null ? null : { credited_items: null },
      subscription: item.subscription,
      subscription_item: item.id,
    },
    type: 'subscription_item_details',
  };
}

/** Such as `$10.00 / month` or `$27.00 / 3 months`. */
export function rateText(price: WirePrice): string {
  const money = formatMoney(price.unit_amount ?? 0, price.currency);
  if (!price.recurring) return money;
  const { interval, interval_count: count } = price.recurring;
  return count === 1 ? `${money} / ${interval}` : `${money} / ${count} ${interval}s`;
}
