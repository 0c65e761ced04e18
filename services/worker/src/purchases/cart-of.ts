import { createHash } from 'node:crypto';
import { hexToUuid, type PurchaseOrder } from '@bursar/contracts';

/**
 * Names what somebody wants to buy for whom. Two orders of one cart are one wish: a double click, or
 * two tabs. A later price makes another cart, and so does another address to come back to, because
 * a page at Stripe has one.
 */
export function cartOf(actor: string, order: PurchaseOrder): string {
  const wish = [
    actor,
    order.wallet,
    order.credits,
    order.subtotal,
    order.currency,
    order.pack ?? null,
    order.expiry_months ?? null,
    order.promotion_code ?? null,
    order.success_url ?? null,
    order.cancel_url ?? null,
    order.save_card ?? null,
    order.page_minutes ?? null,
  ];
  const digest = createHash('sha256').update(JSON.stringify(wish)).digest('hex');
  return hexToUuid(digest.slice(0, 32));
}
