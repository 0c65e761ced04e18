import { adjust, admit, refuseMore, refuseOverBudget, type Spending } from './budget.ts';
import { available, nextToBurn } from './burn-order.ts';
import { burn, DEBT_LIMIT, limitOf, overdraftRoom, refuseOnBehalf } from './charge.ts';
import {
  applied,
  refused,
  type Decision,
  type Hold,
  type Ledger,
  type Movement,
  type Transaction,
  type Wallet,
} from './ledger.ts';
import { leftPools, returnToLeftPools } from './membership.ts';
import { refuseClosed } from './closed.ts';
import { begin, bringUpToDate, move, post, smaller } from './posting.ts';

export interface PlaceHold extends Spending {
  /** Debt beyond the wallet's limit that captures may make. */
  overdraft: bigint;
  lifetimeMs: number;
}

/** Sets credits aside in burn order. */
export function placeHold(ledger: Ledger, command: PlaceHold): Decision {
  const wallet = ledger.wallets.get(command.wallet);
  if (wallet === undefined) return refused('wallet_not_found', { subjects: [command.wallet] });
  const refusal =
    refuseClosed(wallet) ??
    refuseOnBehalf(ledger, command.wallet, command.onBehalfOf) ??
    refuseOverBudget(ledger, command) ??
    refusePinning(ledger, wallet, command.amount) ??
    refuseOverdraft(ledger, wallet, command.overdraft);
  if (refusal !== null) return refusal;
  const { amount, quantity, onBehalfOf, overdraft } = command;
  const hold: Hold = {
    wallet,
    amount,
    quantity,
    captured: 0n,
    overdraft,
    overdraftUsed: 0n,
    status: 'open',
    onBehalfOf,
    placedAt: ledger.now,
    expiresAt: ledger.now + command.lifetimeMs,
    slices: [],
    counts: ledger.rules.holdsCountInBudgets ? admit(ledger, command) : [],
  };
  pinMore(ledger, hold, amount);
  ledger.holds.push(hold);
  return applied({ hold: String(ledger.holds.length - 1) });
}

function refusePinning(ledger: Ledger, wallet: Wallet, required: bigint): Decision | null {
  const free = available(ledger, wallet);
  if (free < required) return refused('insufficient_credits', { required, available: free });
  const limit = limitOf(ledger, wallet);
  const overdrawn = limit !== null && wallet.owed > limit;
  return overdrawn ? refused('insufficient_credits', { required, available: 0n }) : null;
}

/** What the holds of this moment have declared together stays within what the wallet allows. */
function refuseOverdraft(ledger: Ledger, wallet: Wallet, declared: bigint): Decision | null {
  if (declared === 0n || limitOf(ledger, wallet) === null) return null;
  let left = wallet.softLandingLimit;
  for (const hold of ledger.holds) {
    const underWay = hold.status === 'open' && hold.expiresAt > ledger.now;
    if (hold.wallet === wallet && underWay) left -= hold.overdraft - hold.overdraftUsed;
  }
  if (left >= declared) return null;
  const allowed = left > 0n ? left : 0n;
  return refused('overdraft_not_allowed', { required: declared, available: allowed });
}

function pinMore(ledger: Ledger, hold: Hold, amount: bigint): void {
  const { wallet, onBehalfOf, slices, counts } = hold;
  for (const part of nextToBurn(ledger, wallet, amount, { onBehalfOf })) {
    part.lot.held += part.amount;
    slices.push({ lot: part.lot, pinned: part.amount });
  }
  adjust(ledger, counts, { held: amount });
}

export interface Extension {
  hold: number | null;
  lifetimeMs: number;
  /** The new total; `null`: as much as before. */
  amount: bigint | null;
}

const HOLD_LIFE_MS = 7 * 86_400_000;

/** More time and more credits, never less of either. */
export function extendHold(ledger: Ledger, command: Extension): Decision {
  const found = findOpen(ledger, command.hold);
  if (!found.ok) return found.refusal;
  const { hold } = found;
  const expiresAt = ledger.now + command.lifetimeMs;
  if (expiresAt > hold.placedAt + HOLD_LIFE_MS) return refused('hold_life_exceeded');
  if (command.amount !== null && command.amount < hold.captured) {
    return refused('amount_below_captured', { required: hold.captured });
  }
  const total = command.amount !== null && command.amount > hold.amount ? command.amount : null;
  const covered = hold.captured > hold.amount ? hold.captured : hold.amount;
  const added = total === null ? 0n : total - covered;
  if (added > 0n) {
    const refusal =
      refuseOnBehalf(ledger, hold.wallet.owner, hold.onBehalfOf) ??
      refuseMore(hold.counts, added) ??
      refusePinning(ledger, hold.wallet, added);
    if (refusal !== null) return refusal;
    pinMore(ledger, hold, added);
  }
  if (total !== null) hold.amount = total;
  if (expiresAt > hold.expiresAt) hold.expiresAt = expiresAt;
  return applied({ amount: String(hold.amount), added: String(added) });
}

export interface Capture {
  /** Position in the ledger's list of holds; `null` for a hold that never was. */
  hold: number | null;
  /** `null`: all that is still set aside. */
  amount: bigint | null;
  quantity: bigint | null;
  final: boolean;
  /** Nothing beyond what is set aside. */
  within: boolean;
}

/**
 * Burns the slices in order; what goes beyond is an ordinary charge in the same transaction, which
 * may pass the wallet's limit by what the hold declared. Only a final capture ends the hold.
 */
export function captureHold(ledger: Ledger, key: string, command: Capture): Decision {
  const found = findOpen(ledger, command.hold);
  if (!found.ok) return found.refusal;
  const { hold } = found;
  const pinned = pinnedBy(hold);
  const amount = command.amount ?? pinned;
  if (command.within && amount > pinned) {
    return refused('forbidden', { required: amount, available: pinned });
  }
  const excess = amount > pinned ? amount - pinned : 0n;
  const free = available(ledger, hold.wallet);
  const room = overdraftRoom(ledger, hold.wallet);
  const landing = landingRoom(ledger, hold);
  if (excess > free + room + landing) {
    const reach = pinned + free + room + landing;
    return refused('insufficient_credits', { required: amount, available: reach });
  }
  if (amount > 0n) {
    const transaction = begin('charge', key);
    transaction.hold = hold;
    transaction.quantity = command.quantity;
    burnSlices(transaction, hold, amount - excess);
    burn(ledger, transaction, hold.wallet, excess, hold.onBehalfOf);
    transaction.movements = joined(transaction.movements);
    post(transaction, hold.wallet);
    ledger.charges.push(transaction);
    transaction.counts = hold.counts;
    adjust(ledger, hold.counts, { spent: amount, held: excess - amount });
    hold.captured += amount;
    if (excess > free + room) hold.overdraftUsed += excess - free - room;
  }
  if (command.final) endHolds(ledger, [hold], hold.captured > 0n ? 'captured' : 'released');
  const { status, overdraftUsed } = hold;
  return applied({ amount: String(amount), status, overdraftUsed: String(overdraftUsed) });
}

/** How far beyond the wallet's limit this hold may still go. */
function landingRoom(ledger: Ledger, { wallet, overdraft, overdraftUsed }: Hold): bigint {
  const room = DEBT_LIMIT - wallet.owed - overdraftRoom(ledger, wallet);
  return smaller(overdraft - overdraftUsed, room > 0n ? room : 0n);
}

export function releaseHold(ledger: Ledger, position: number | null): Decision {
  const found = findOpen(ledger, position);
  if (!found.ok) return found.refusal;
  endHolds(ledger, [found.hold], 'released');
  return applied({ status: found.hold.status });
}

/** Holds whose time has come end together, then every wallet is brought up to date. */
export function sweep(ledger: Ledger): void {
  const due = ledger.holds.filter((hold) => isDue(ledger, hold));
  bringUpToDate(
    ledger,
    due.flatMap(({ wallet }) => [wallet, ...leftPools(ledger, wallet)]),
  );
  endHolds(ledger, due, 'expired');
  bringUpToDate(ledger, ledger.wallets.values());
}

type Found = { ok: true; hold: Hold } | { ok: false; refusal: Decision };

function findOpen(ledger: Ledger, position: number | null): Found {
  const hold = position === null ? undefined : ledger.holds[position];
  if (hold === undefined) return { ok: false, refusal: refused('not_found') };
  if (isDue(ledger, hold)) endHolds(ledger, [hold], 'expired');
  return hold.status === 'open'
    ? { ok: true, hold }
    : { ok: false, refusal: refused('hold_not_open') };
}

const isDue = (ledger: Ledger, hold: Hold): boolean =>
  hold.status === 'open' && hold.expiresAt <= ledger.now;

/** What they free goes to pools that removed the owner, to expiry, to debt, and only then is free. */
function endHolds(ledger: Ledger, holds: readonly Hold[], status: Hold['status']): void {
  for (const hold of holds) {
    hold.status = status;
    adjust(ledger, hold.counts, { held: -pinnedBy(hold) });
    for (const slice of hold.slices) {
      slice.lot.held -= slice.pinned;
      slice.pinned = 0n;
    }
  }
  const touched = new Set(holds.map(({ wallet }) => wallet));
  const inOrder = [...ledger.wallets.values()].filter((wallet) => touched.has(wallet));
  for (const wallet of inOrder) returnToLeftPools(ledger, wallet);
  bringUpToDate(ledger, inOrder);
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

/** What follows out of the same lot is one movement. */
const joined = (movements: readonly Movement[]): Movement[] =>
  movements.reduce<Movement[]>((parts, movement) => {
    const last = parts.at(-1);
    const same =
      last !== undefined &&
      'lot' in last.from &&
      'lot' in movement.from &&
      last.from.lot === movement.from.lot;
    return same
      ? [...parts.slice(0, -1), { ...last, amount: last.amount + movement.amount }]
      : [...parts, movement];
  }, []);

const pinnedBy = (hold: Hold): bigint => hold.slices.reduce((sum, slice) => sum + slice.pinned, 0n);
