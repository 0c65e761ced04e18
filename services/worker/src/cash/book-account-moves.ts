import { bookCash, type CashBooking } from '@bursar/ledger/operations';
import type { ListedMove } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';

/** What moves on the account's balance without any payment, and where that goes. */
const BEYOND_PAYMENTS = new Map<string, 'bank' | 'other'>([
  ['payout', 'bank'],
  ['payout_reversal', 'bank'],
  ['topup', 'bank'],
  ['topup_reversal', 'bank'],
  ['fee', 'other'],
  ['network_cost', 'other'],
  ['contribution', 'other'],
]);

/**
 * Books payouts and what Stripe charged to the account itself, so that the book's balance is the one
 * at Stripe. Each is booked once; charges that are none of ours stay out.
 */
export async function bookAccountMoves(
  { db }: Pick<WorkerContext, 'db'>,
  moves: readonly ListedMove[],
): Promise<void> {
  await bookCash(
    db,
    moves.flatMap((move) => accountBooking(move) ?? []),
  );
}

/** Whether it moves without any payment, so that the book takes it as it is. */
export const isAccountMove = ({ category, paymentIntent }: ListedMove): boolean =>
  paymentIntent === null && BEYOND_PAYMENTS.has(category);

function accountBooking(move: ListedMove): CashBooking | null {
  const account = BEYOND_PAYMENTS.get(move.category);
  if (account === undefined || !isAccountMove(move)) return null;
  const { id, amount, fee, currency, category, createdAt, source } = move;
  const entries = [
    { account: 'balance' as const, currency, amount: amount - fee },
    { account: 'fees' as const, currency, amount: fee },
    { account, currency, amount: -amount },
  ];
  return {
    id,
    kind: 'settlement',
    paymentIntent: null,
    leg: `account:${source ?? id}`,
    category,
    happenedAt: createdAt,
    entries: entries.filter((entry) => entry.amount !== 0),
  };
}
