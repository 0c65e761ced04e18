import { createHash } from 'node:crypto';
import { hexToUuid, type PurchaseOrder } from '@bursar/contracts';

/**
 * Names what somebody wants to buy for whom. Two orders of one cart are one wish: a double click, or
 * two tabs. A later price makes another cart, and so does another address to come back to, because
 * a page at Stripe has one.
 */
export function cartOf(actor: string, order: PurchaseOrder): string {
  const terms = Object.entries(order).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('sha256')
    .update(JSON.stringify([actor, terms]))
    .digest('hex');
  return hexToUuid(digest.slice(0, 32));
}
