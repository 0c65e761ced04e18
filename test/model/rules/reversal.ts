import { adjust } from './budget.ts';
import { FREE } from './grant.ts';
import {
  applied,
  refused,
  type Decision,
  type Ledger,
  type Lot,
  type Movement,
  type Place,
  type Transaction,
  type Wallet,
} from './ledger.ts';
import { returnToLeftPools } from './membership.ts';
import { refuseClosed } from './closed.ts';
import { begin, bringUpToDate, move, openLot, post, smaller } from './posting.ts';

export interface Reversal {
  /** Position in the ledger's list of charges; `null` for a charge that never was. */
  charge: number | null;
  /** `null`: all that is left. */
  amount: bigint | null;
}

/** Gives back what a charge took. */
export function reverse(ledger: Ledger, key: string, command: Reversal): Decision {
  const charge = command.charge === null ? undefined : ledger.charges[command.charge];
  if (charge === undefined) return refused('not_found');
  const wallet = walletOf(charge);
  const closed = refuseClosed(wallet);
  if (closed !== null) return closed;
  const left = sizeOf(charge) - charge.undone;
  const amount = command.amount ?? left;
  if (left === 0n || amount > left) {
    return refused('reversal_exceeds_charge', {
      ...(command.amount === null ? {} : { required: command.amount }),
      available: left,
    });
  }
  unwind(ledger, begin('reversal', key, charge), wallet, charge, amount);
  adjust(ledger, charge.counts, { spent: -amount });
  return applied({ amount: String(amount) });
}

/** Undoes `amount` of a transaction's movements, last one first, going on where it was left before. */
export function unwind(
  ledger: Ledger,
  transaction: Transaction,
  wallet: Wallet,
  original: Transaction,
  amount: bigint,
): void {
  const newestFirst = ledger.rules.unwindsNewestFirst
    ? original.movements.toReversed()
    : original.movements;
  let skip = original.undone;
  let left = amount;
  for (const movement of newestFirst) {
    const skipped = smaller(skip, movement.amount);
    skip -= skipped;
    const part = smaller(movement.amount - skipped, left);
    left -= part;
    if (part > 0n) undo(ledger, transaction, wallet, movement, part);
  }
  original.undone += amount;
  post(transaction, wallet);
  returnToLeftPools(ledger, wallet);
  bringUpToDate(ledger, [wallet]);
}

/** What is owed now is paid first; the rest goes to the lot, to its one grace lot, or to one of its own. */
function undo(
  ledger: Ledger,
  transaction: Transaction,
  wallet: Wallet,
  movement: Movement,
  amount: bigint,
): void {
  const paid = ledger.rules.inflowsSettleDebt ? smaller(amount, wallet.owed) : 0n;
  move(transaction, paid, movement.to, { debtOf: wallet });
  if (amount === paid) return;
  const lot = lotFor(ledger, wallet, movement.from, amount - paid);
  move(transaction, amount - paid, movement.to, { lot });
}

function lotFor(ledger: Ledger, wallet: Wallet, origin: Place, amount: bigint): Lot {
  const { now } = ledger;
  if (!('lot' in origin)) {
    const terms = { ...FREE, kind: 'adjustment', effectiveAt: now, expiresAt: Infinity } as const;
    return openLot(ledger, wallet, amount, terms);
  }
  const { lot } = origin;
  if (lot.expiresAt > now || ledger.rules.graceMs === 0) return lot;
  if (lot.hadGrace && ledger.rules.gracesOnce) return lot;
  const { kind, priority, unitCost, currency, allocatedBy, purchase } = lot;
  const grace = openLot(ledger, wallet, amount, {
    kind,
    priority,
    unitCost,
    currency,
    allocatedBy,
    purchase,
    parent: lot,
    effectiveAt: now,
    expiresAt: now + ledger.rules.graceMs,
  });
  grace.hadGrace = true;
  return grace;
}

export const sizeOf = (transaction: Transaction): bigint =>
  transaction.movements.reduce((sum, movement) => sum + movement.amount, 0n);

export function walletOf(charge: Transaction): Wallet {
  const origin = charge.movements[0]!.from;
  if ('lot' in origin) return origin.lot.wallet;
  if ('debtOf' in origin) return origin.debtOf;
  throw new Error('A charge takes from a wallet.');
}
