import { toPublicId } from '@bursar/contracts';
import { findOpenSessionsOf, recordPaymentFailure } from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';
import { settleSession } from './settle-session.ts';

/**
 * A card was declined. One page takes any number of cards, so a wallet that has tried too many has
 * its open pages closed; new ones are refused by the ledger.
 */
export async function followDecline(
  context: WorkerContext,
  charge: string,
): Promise<'processed' | 'ignored'> {
  const failed = await context.payments.readFailedPayment(charge);
  if (failed === null) return 'ignored';
  const count = await recordPaymentFailure(context.db, failed.charge, failed.wallet);
  const { failuresPerHour } = context.policy.checkoutLimits;
  if (failuresPerHour === null || count < failuresPerHour) return 'processed';
  for (const { session, purchase } of await findOpenSessionsOf(context.db, failed.wallet)) {
    await context.payments.expireCheckout(session, toPublicId('pur', purchase));
    await settleSession(context, session);
  }
  context.log.warn({ wallet: failed.wallet, count }, 'Too many payments were declined');
  return 'processed';
}
