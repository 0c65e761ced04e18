import { setTimeout as sleep } from 'node:timers/promises';
import { readPurchaseBySession, type PurchaseView } from '@bursar/ledger/reads';
import { QueueUnavailable } from '@bursar/queues';
import type { Services } from '../service/services.ts';

/** Usually the payment is confirmed by then, and the customer never sees a waiting page. */
const HURRY_EVERY_MS = 5_000;
const CONFIRM_LIMIT_MS = 2_000;
const LOOK_EVERY_MS = 100;

/** How Stripe spells a session. */
export const SESSION = /^cs_[A-Za-z0-9_]{1,200}$/;

/**
 * The order behind a session, after a short wait for its payment. Asking for fulfilment here means
 * that a customer who is back before Stripe's webhook does not wait for it. `null` for none of ours.
 */
export async function confirmCheckout(
  services: Services,
  session: string,
): Promise<PurchaseView | null> {
  let purchase = await readPurchaseBySession(services.db, session);
  if (!isOpen(purchase)) return purchase;
  await hurry(services, session);
  const deadline = performance.now() + CONFIRM_LIMIT_MS;
  while (isOpen(purchase) && performance.now() < deadline) {
    await sleep(LOOK_EVERY_MS);
    purchase = await readPurchaseBySession(services.db, session);
  }
  return purchase;
}

/** Money that is on its way takes days; nobody waits for it here. */
const isOpen = (purchase: PurchaseView | null): boolean =>
  purchase?.status === 'awaiting_payment' && purchase.processingSince === null;

/** The webhook and the schedule settle the order, too, so a queue that is away only costs time. */
async function hurry({ queues, log }: Services, session: string): Promise<void> {
  try {
    // However often the page is opened, Stripe is asked once in a few seconds.
    const slot = Math.floor(Date.now() / HURRY_EVERY_MS);
    await queues.enqueue('fulfil-purchase', { session }, { jobId: `return-${session}-${slot}` });
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    log.warn({ session, reason: error.message }, 'A customer came back while the queue was away');
  }
}
