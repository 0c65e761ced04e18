import { createHash } from 'node:crypto';
import { hexToUuid, type OperationHead, type PurchaseOrder } from '@bursar/contracts';
import { findCheckoutUrl, type TopUpAttempt } from '@bursar/ledger/operations';
import { openOrder } from '../jobs/open-purchase.ts';
import type { WorkerContext } from '../worker-context.ts';

/** Stripe's pages live a day at most. */
const PAGE_MINUTES = 23 * 60;

/**
 * An ordinary order of what the card was declined for, with a page on which its owner can pay and
 * save another card. One per try, however often it is asked for; null when no page can be opened.
 */
export async function offerCheckout(
  context: WorkerContext,
  attempt: TopUpAttempt,
): Promise<string | null> {
  if (attempt.credits === null || attempt.subtotal === null || attempt.currency === null) {
    return null;
  }
  const order: PurchaseOrder = {
    wallet: attempt.wallet,
    credits: attempt.credits,
    subtotal: attempt.subtotal,
    currency: attempt.currency,
    save_card: true,
    page_minutes: PAGE_MINUTES,
  };
  const operation = headOf(attempt);
  await openOrder(context, { operation, order });
  return findCheckoutUrl(context.db, operation.key);
}

/** Made from the try alone, so that a repetition finds the same order. */
function headOf({ id, startedAt }: TopUpAttempt): OperationHead {
  const key = digestOf(`top-up-link:${id}`);
  return {
    key,
    hash: key,
    caller: 'system:top-up-link',
    actor: 'system:top-up-link',
    accepted_at: new Date(startedAt ?? 0).toISOString(),
  };
}

const digestOf = (text: string): string =>
  hexToUuid(createHash('sha256').update(text).digest('hex').slice(0, 32));
