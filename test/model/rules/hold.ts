import { available, nextToBurn } from './burn-order.ts';
import { burn, overdraftRoom, refuseOnBehalf } from './charge.ts';
import {
  applied,
  refused,
  type Decision,
  type Hold,
  type Ledger,
  type Transaction,
  type Wallet,
} from './ledger.ts';
import { returnFreedCredits } from './membership.ts';
import { begin, bringUpToDate, move, post, smaller } from './posting.ts';

export interface PlaceHold {
  wallet: string;
  amount: bigint;
  onBehalfOf: string | null;
  lifetimeMs: number;
}

/** Sets credits aside in burn order. */
export function placeHold(ledger: Ledger, command: PlaceHold): Decision {
  const wallet = ledger.wallets.get(command.wallet);
  if (wallet === undefined) return refused('wallet_not_found', { subjects: [command.wallet] });
  const stranger = refuseOnBehalf(ledger, command.wallet, command.onBehalfOf);
  if (stranger !== null) return stranger;
  const free = available(ledger, wallet);
  if (free < command.amount) {
    return refused('insufficient_credits', { required: command.amount, available: free });
  }
  const { amount, onBehalfOf } = command;
  const parts = nextToBurn(ledger, wallet, amount, { onBehalfOf });
  for (const part of parts) part.lot.held += part.amount;
  const slices = parts.map((part) => ({ lot: part.lot, pinned: part.amount }));
  const expiresAt = ledger.now + command.lifetimeMs;
  ledger.holds.push({
    wallet,
    amount,
    captured: 0n,
    status: 'open',
    onBehalfOf,
    expiresAt,
    slices,
  });
  return applied({ hold: String(ledger.holds.length - 1) });
}

export interface Capture {
  /** Position in the ledger's list of holds; `null` for a hold that never was. */
  hold: number | null;
  /** `null`: all of it. */
  amount: bigint | null;
  final: boolean;
}

/** Burns the slices in order; what goes beyond is an ordinary charge in the same transaction. */
export function captureHold(ledger: Ledger, key: string, command: Capture): Decision {
  const found = findOpen(ledger, command.hold);
  if (!found.ok) return found.refusal;
  const { hold } = found;
  const pinned = pinnedBy(hold);
  const amount = command.amount ?? pinned;
  const excess = amount > pinned ? amount - pinned : 0n;
  const free = available(ledger, hold.wallet);
  const room = overdraftRoom(hold.wallet);
  if (excess > free + room) {
    return refused('insufficient_credits', { required: amount, available: pinned + free + room });
  }
  const transaction = begin('charge', key);
  burnSlices(transaction, hold, amount - excess);
  burn(ledger, transaction, hold.wallet, excess, hold.onBehalfOf);
  post(transaction, hold.wallet);
  ledger.charges.push(transaction);
  hold.captured += amount;
  if (command.final || amount >= pinned) endHold(ledger, hold, 'captured');
  return applied({ amount: String(amount), status: hold.status });
}

export function releaseHold(ledger: Ledger, position: number | null): Decision {
  const found = findOpen(ledger, position);
  if (!found.ok) return found.refusal;
  endHold(ledger, found.hold, 'released');
  return applied({ status: found.hold.status });
}

/** Holds whose time has come end, then every wallet is brought up to date. */
export function sweep(ledger: Ledger): void {
  const walletOrder = [...ledger.wallets.values()];
  const byWallet = ledger.holds.toSorted(
    (a, b) => walletOrder.indexOf(a.wallet) - walletOrder.indexOf(b.wallet),
  );
  for (const hold of byWallet) endIfDue(ledger, hold);
  bringUpToDate(ledger, walletOrder);
}

type Found = { ok: true; hold: Hold } | { ok: false; refusal: Decision };

function findOpen(ledger: Ledger, position: number | null): Found {
  const hold = position === null ? undefined : ledger.holds[position];
  if (hold === undefined) return { ok: false, refusal: refused('not_found') };
  endIfDue(ledger, hold);
  return hold.status === 'open'
    ? { ok: true, hold }
    : { ok: false, refusal: refused('hold_not_open') };
}

/** The hold's wallet and the pools that handed out what it pins. */
export function concerned(ledger: Ledger, hold: Hold): Wallet[] {
  const pools = hold.slices.map(({ lot }) => ledger.wallets.get(lot.allocatedBy ?? ''));
  return [...new Set([hold.wallet, ...pools.filter((pool) => pool !== undefined)])];
}

function endIfDue(ledger: Ledger, hold: Hold): void {
  if (hold.status !== 'open' || hold.expiresAt > ledger.now) return;
  bringUpToDate(ledger, concerned(ledger, hold));
  endHold(ledger, hold, 'expired');
}

function endHold(ledger: Ledger, hold: Hold, status: Hold['status']): void {
  hold.status = status;
  for (const slice of hold.slices) {
    slice.lot.held -= slice.pinned;
    slice.pinned = 0n;
  }
  returnFreedCredits(ledger, hold);
  bringUpToDate(ledger, [hold.wallet]);
}

function burnSlices(transaction: Transaction, hold: Hold, amount: bigint): void {
  let left = amount;
  for (const slice of hold.slices) {
    const part = smaller(slice.pinned, left);
    slice.pinned -= part;
    slice.lot.held -= part;
    move(transaction, part, { lot: slice.lot }, { system: 'consumed' });
    left -= part;
  }
}

const pinnedBy = (hold: Hold): bigint => hold.slices.reduce((sum, slice) => sum + slice.pinned, 0n);
