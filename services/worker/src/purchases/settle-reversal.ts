import {
  databaseClock,
  findPurchase,
  mirrorRefunds,
  pauseAutoTopUp,
  takeBackPurchase,
} from '@bursar/ledger/operations';
import { followDisputes } from './follow-disputes.ts';
import type { WorkerContext } from '../worker-context.ts';

/**
 * Recomputes, from Stripe's own refunds and disputes, how much of a paid order's credits must be
 * taken back, and moves the ledger there. Duplicates and any order of events end the same.
 */
export async function settleReversal(
  context: WorkerContext,
  paymentIntent: string,
): Promise<'recomputed' | 'not_ours'> {
  const purchase = await findPurchase(context.db, { paymentIntent });
  if (purchase === null) return 'not_ours';
  const readAt = await databaseClock(context.db);
  const money = await context.payments.refundedOf(paymentIntent);
  const kind = money.disputed > 0 ? 'dispute' : 'refund';
  // Whoever disputes one payment must not meet the next one.
  if (kind === 'dispute') await pauseAutoTopUp(context.db, purchase.wallet, 'disputed');
  await takeBackPurchase(
    context.db,
    purchase.id,
    money.refunded + money.disputed,
    kind,
    kind === 'dispute' ? 'The payment was disputed' : 'The payment was refunded',
    context.policy.graceDays,
    readAt,
  );
  await mirrorRefunds(context.db, money.refunds);
  await followDisputes(context, purchase, money.disputes);
  return 'recomputed';
}
