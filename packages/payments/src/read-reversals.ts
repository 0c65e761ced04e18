import type Stripe from 'stripe';
import { eventObject } from './decide-event.ts';
import { idOf, unlessMissing } from './read-checkout.ts';

/** What went back of a payment, in minor units of its currency. */
export interface MoneyReturned {
  currency: string;
  paid: number;
  refunded: number;
  /** Withdrawn by disputes and not reinstated. */
  disputed: number;
  /** Each of them by Stripe's id and status. */
  refunds: readonly Reversal[];
  disputes: readonly Reversal[];
}

export interface Reversal {
  id: string;
  status: string;
}

/** A refund that has not failed counts at once, so that its credits cannot be spent meanwhile. */
const COUNTED_REFUNDS = new Set(['pending', 'requires_action', 'succeeded']);

const LISTED_MAX = 1_000;

/** Asks for every refund and dispute of a payment as they stand now. */
export async function refundedOf(stripe: Stripe, paymentIntent: string): Promise<MoneyReturned> {
  const intent = await stripe.paymentIntents.retrieve(paymentIntent);
  const filter = { payment_intent: paymentIntent, limit: 100 };
  const refunds = await listAll(stripe.refunds.list(filter));
  const disputes = await listAll(stripe.disputes.list(filter));
  return {
    ...addUp(intent, refunds, disputes),
    refunds: refunds.map(({ id, status }) => ({ id, status: status ?? 'pending' })),
    disputes: disputes.map(({ id, status }) => ({ id, status })),
  };
}

/**
 * Never more in all than was paid, because a dispute that is settled by a refund shows up as both.
 */
export function addUp(
  intent: Pick<Stripe.PaymentIntent, 'amount_received' | 'currency'>,
  refunds: readonly Pick<Stripe.Refund, 'amount' | 'status'>[],
  disputes: readonly DisputeMoves[],
): Omit<MoneyReturned, 'refunds' | 'disputes'> {
  const paid = intent.amount_received;
  const refunded = Math.min(paid, sumOf(refunds.filter(isCounted)));
  const disputed = Math.min(paid - refunded, sumOf(disputes.filter(isWithdrawn)));
  return { currency: intent.currency, paid, refunded, disputed };
}

/** The parts of a dispute that tell where its money is. */
interface DisputeMoves {
  amount: number;
  status: string;
  balance_transactions: readonly { amount: number }[];
}

/** Half a list would restore credits whose money is gone, so too long a list is an error. */
async function listAll<Item>(list: Stripe.ApiListPromise<Item>): Promise<Item[]> {
  const items = await list.autoPagingToArray({ limit: LISTED_MAX });
  if (items.length === LISTED_MAX) {
    throw new Error(
      `A payment has ${LISTED_MAX} refunds or disputes or more; correct its purchase by hand.`,
    );
  }
  return items;
}

const isCounted = ({ status }: Pick<Stripe.Refund, 'status'>): boolean =>
  status !== null && COUNTED_REFUNDS.has(status);

/**
 * An inquiry moves no money and has no balance transactions. Only signs are used: the sums are in
 * the currency of the settlement, and what returns after a won dispute may have been converted at
 * a worse rate than what went.
 */
function isWithdrawn({ status, balance_transactions: moves }: DisputeMoves): boolean {
  const isReinstated = status === 'won' && moves.some((one) => one.amount > 0);
  return !isReinstated && moves.reduce((sum, one) => sum + one.amount, 0) < 0;
}

const sumOf = (parts: readonly { amount: number }[]): number =>
  parts.reduce((sum, part) => sum + part.amount, 0);

/** The payment behind a reversal event; null when the object is gone or has no payment intent. */
export async function paymentIntentOf(
  stripe: Stripe,
  type: string,
  id: string,
): Promise<string | null> {
  const object = await unlessMissing(fetchObject(stripe, type, id));
  return object === null ? null : idOf(object.payment_intent);
}

function fetchObject(
  stripe: Stripe,
  type: string,
  id: string,
): Promise<Stripe.Charge | Stripe.Refund | Stripe.Dispute> {
  switch (eventObject(type)) {
    case 'refund':
      return stripe.refunds.retrieve(id);
    case 'dispute':
      return stripe.disputes.retrieve(id);
    case 'charge':
      return stripe.charges.retrieve(id);
    default:
      throw new Error(`${type} is not about money that went back; ask decideEvent first.`);
  }
}
