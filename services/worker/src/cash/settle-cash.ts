import { fromPublicId } from '@bursar/contracts';
import { bookCash, findKnownPayments, findPurchase } from '@bursar/ledger/operations';
import { cashBookingsOf } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';

/**
 * Books everything that Stripe moved for a payment of ours: its settlement and fee, its refunds, its
 * disputes, its tax. Each is booked once, so any number of events in any order end the same.
 */
export async function settleCash(
  context: WorkerContext,
  paymentIntent: string,
): Promise<'booked' | 'not_ours'> {
  const money = await context.payments.paymentCash(paymentIntent);
  if (money === null) return 'not_ours';
  const owner = await ownerOf(context, paymentIntent, money.purchaseId);
  if (owner === null) return 'not_ours';
  const { session } = owner;
  const tax = session === null ? 0 : ((await context.payments.readCheckout(session))?.tax ?? 0);
  await bookCash(context.db, cashBookingsOf({ ...money.cash, tax }));
  return 'booked';
}

/**
 * The checkout a payment of ours came from, if it came from one; null when it is not ours. What moves
 * before the credits are granted is known by the order's id that the payment carries.
 */
async function ownerOf(
  { db }: WorkerContext,
  paymentIntent: string,
  purchaseId: string | null,
): Promise<{ session: string | null } | null> {
  const id = purchaseId === null ? null : fromPublicId('pur', purchaseId);
  const order =
    (await findPurchase(db, { paymentIntent })) ??
    (id === null ? null : await findPurchase(db, { id }));
  if (order !== null) return { session: order.checkoutSession };
  const known = await findKnownPayments(db, [paymentIntent]);
  return known.length > 0 ? { session: null } : null;
}
