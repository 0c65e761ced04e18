import type { TransactionKind } from '@bursar/contracts';
import { nextToBurn } from './burn-order.ts';
import type { Ledger, Lot, LotTerms, Place, Transaction, Wallet } from './ledger.ts';

export const begin = (
  kind: TransactionKind,
  operation: string | null = null,
  corrects: Transaction | null = null,
): Transaction => ({
  kind,
  movements: [],
  operation,
  corrects,
  undone: 0n,
  hold: null,
  counts: [],
  quantity: null,
});

/** The only thing that changes a balance: an amount leaves one place and enters another. */
export function move(transaction: Transaction, amount: bigint, from: Place, to: Place): void {
  if (amount === 0n) return;
  transaction.movements.push({ amount, from, to });
  add(from, -amount);
  add(to, amount);
}

function add(place: Place, amount: bigint): void {
  if ('lot' in place) {
    place.lot.remaining += amount;
    place.lot.wallet.credits += amount;
  }
  // What leaves a debt is owed from then on; what enters it pays.
  if ('debtOf' in place) place.debtOf.owed -= amount;
}

/** Closes the wallet's side of a transaction: a row of its history. */
export function post(transaction: Transaction, wallet: Wallet): void {
  const before = wallet.entries.at(-1);
  const worth = wallet.credits - wallet.owed;
  wallet.entries.push({
    transaction,
    amount: worth - (before ? before.balanceAfter - before.owedAfter : 0n),
    balanceAfter: wallet.credits,
    owedAfter: wallet.owed,
  });
}

export function openLot(ledger: Ledger, wallet: Wallet, amount: bigint, terms: LotTerms): Lot {
  const number = wallet.lots.length + 1;
  const hadGrace = terms.parent?.hadGrace ?? false;
  const state = { remaining: 0n, held: 0n, createdAt: ledger.now, hadGrace };
  const lot = { ...terms, wallet, number, amount, ...state };
  wallet.lots.push(lot);
  return lot;
}

/** Credits arrive: debt first, the remainder becomes a lot. Credits of the future pay nothing yet. */
export function moveIn(
  ledger: Ledger,
  transaction: Transaction,
  wallet: Wallet,
  amount: bigint,
  from: Place,
  terms: LotTerms,
): bigint {
  const pays = ledger.rules.inflowsSettleDebt && terms.effectiveAt <= ledger.now;
  const settled = pays ? smaller(amount, wallet.owed) : 0n;
  move(transaction, settled, from, { debtOf: wallet });
  if (amount > settled) {
    const lot = openLot(ledger, wallet, amount - settled, terms);
    move(transaction, amount - settled, from, { lot });
  }
  return settled;
}

/**
 * Posts what time alone has done: lots that expired, credits that became available while something
 * was owed. Whoever touches a wallet does this first.
 */
export function bringUpToDate(ledger: Ledger, wallets: Iterable<Wallet>): void {
  for (const wallet of wallets) {
    const expired = wallet.lots
      .filter((lot) => lot.expiresAt <= ledger.now)
      .toSorted((a, b) => a.expiresAt - b.expiresAt || a.number - b.number);
    for (const lot of expired) {
      const lapsed = lot.remaining - lot.held;
      if (lapsed === 0n) continue;
      const transaction = begin('expiry');
      move(transaction, lapsed, { lot }, { system: 'expired' });
      post(transaction, wallet);
    }
    settleFromAvailable(ledger, wallet);
  }
}

function settleFromAvailable(ledger: Ledger, wallet: Wallet): void {
  const parts = nextToBurn(ledger, wallet, wallet.owed);
  if (parts.length === 0) return;
  const transaction = begin('adjustment');
  for (const { lot, amount } of parts) move(transaction, amount, { lot }, { debtOf: wallet });
  post(transaction, wallet);
}

export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
