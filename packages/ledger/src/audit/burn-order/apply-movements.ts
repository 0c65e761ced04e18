import { nextOfPinned, unpin } from './pin-events.ts';
import type { TransactionRow } from './read-wallets.ts';
import { changeRemaining, type WalletState } from './wallet-state.ts';

/**
 * Carries out what the movements say, whether or not it was right, so that one fault is told once.
 * Returns a fault when a movement names a lot that this wallet does not have.
 */
export function applyMovements(state: WalletState, transaction: TransactionRow): string | null {
  if (transaction.holder !== null) {
    const given = nextOfPinned(state, transaction.holder, outOf(transaction));
    unpin(state, transaction.holder, sum(given), transaction.createdAt);
  }
  let fault: string | null = null;
  for (const movement of transaction.movements) {
    for (const [lotId, by] of [
      [movement.fromLot, -movement.amount],
      [movement.toLot, movement.amount],
    ] as const) {
      if (lotId === null) continue;
      const lot = state.lots.get(lotId);
      if (lot === undefined)
        fault = `it moves credits of lot ${lotId}, which the wallet does not have`;
      else changeRemaining(state, lot, by);
    }
    state.owed +=
      (movement.fromDebt ? movement.amount : 0n) - (movement.toDebt ? movement.amount : 0n);
  }
  return fault;
}

/** What left the wallet's lots. */
const outOf = (transaction: TransactionRow): bigint =>
  sum(transaction.movements.filter((movement) => movement.fromLot !== null));

const sum = (parts: readonly { amount: bigint }[]): bigint =>
  parts.reduce((total, part) => total + part.amount, 0n);
