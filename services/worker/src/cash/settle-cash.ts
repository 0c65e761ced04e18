import { fromPublicId } from '@bursar/contracts';
import { bookCash, findKnownPayments, findPurchase } from '@bursar/ledger/operations';
import { cashBookingsOf } from '@bursar/payments';
import { z } from 'zod';
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
  const owner = await ownerOf(context, paymentIntent, money);
  if (owner === null) return 'not_ours';
  const { session, isBill } = owner;
  const tax = session === null ? 0 : ((await context.payments.readCheckout(session))?.tax ?? 0);
  await bookCash(context.db, cashBookingsOf({ ...money.cash, tax, isBill }));
  return 'booked';
}

/**
 * The checkout a payment of ours came from, if it came from one; null when it is not ours. What moves
 * before the credits are granted is known by the order's id that the payment carries.
 */
async function ownerOf(
  { db }: WorkerContext,
  paymentIntent: string,
  { purchaseId, attempt }: { purchaseId: string | null; attempt: string | null },
): Promise<{ session: string | null; isBill: boolean } | null> {
  const id = OrderId.safeParse(fromPublicId('pur', purchaseId ?? '') ?? attempt);
  const order =
    (await findPurchase(db, { paymentIntent })) ??
    (id.success ? await findPurchase(db, { id: id.data }) : null);
  if (order !== null) return { session: order.checkoutSession, isBill: false };
  const [known] = await findKnownPayments(db, [paymentIntent]);
  return known === undefined ? null : { session: null, isBill: known.kind === 'invoice' };
}

/** A top-up's try has the id of its order. */
const OrderId = z.guid();
