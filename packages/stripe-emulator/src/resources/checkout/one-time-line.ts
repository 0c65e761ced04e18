import type { WireInvoiceLine } from '../../state/billing-records.ts';
import type { WireLineItem } from '../../state/records.ts';
import { buildLine } from '../invoices/build-line.ts';

/** What a line item of Checkout that is paid once is on an invoice. */
export function oneTimeLine(item: WireLineItem, now: number): WireInvoiceLine {
  return buildLine({
    amount: item.amount_subtotal,
    description: item.description ?? 'Item',
    price: item.price,
    quantity: item.quantity ?? 1,
    period: { start: now, end: now },
    metadata: {},
    parent: {
      invoice_item_details: {
        invoice_item: item.id.replace(/^li_/, 'ii_'),
        proration: false,
        proration_details: null,
        subscription: null,
      },
      subscription_item_details: null,
      type: 'invoice_item_details',
    },
    subscription: null,
  });
}
