import { followsOrder, followsOrderOfSomeKind, type BurnRule, type Take } from './follows-order.ts';
import type { Freed, Pin, PinEvent, WalletState } from './wallet-state.ts';

/**
 * Removes and returns what happened before a transaction of this moment, earliest first. A hold that
 * begins at the same moment comes later: whoever sets aside first brings the wallet up to date.
 */
export function dueEvents(state: WalletState, at: bigint): PinEvent[] {
  const later = state.events.findIndex(
    (event) => event.at > at || (event.at === at && event.type === 'pin'),
  );
  return state.events.splice(0, later === -1 ? state.events.length : later);
}

/** Lets holds and allocations begin, checking what they set aside, and holds end. */
export function runEvents(
  state: WalletState,
  events: readonly PinEvent[],
  report: (subject: string, detail: string) => void,
): void {
  for (const event of events) {
    if (event.type === 'free') {
      free(state, event.holder, event.at);
      continue;
    }
    if (!pinsInOrder(state, event.pin, event.at)) {
      report(event.holder, `wallet ${state.id}: set aside other lots than the burn order names`);
    }
    pin(state, event.holder, event.pin);
  }
}

function pinsInOrder(state: WalletState, { by, prefer, slices }: Pin, at: bigint): boolean {
  const takes: Take[] = slices.map(({ lot, amount }) => ({ lot, amount }));
  const total = takes.reduce((sum, take) => sum + take.amount, 0n);
  const rule: BurnRule = { at, prefer, frozen: [] };
  if (by === 'hold') {
    return followsOrder(state, takes, total, {
      ...rule,
      mayPass: (lot) => lot.allocatedBy !== null,
    });
  }
  return followsOrderOfSomeKind(state, takes, total, rule);
}

function pin(state: WalletState, holder: string, { slices }: Pin): void {
  for (const { lot, amount } of slices) changeHeld(state, lot, amount);
  state.pinned.set(holder, [
    ...(state.pinned.get(holder) ?? []),
    ...slices.map(({ lot, amount, pinnedNow }) => ({ lot, pinned: amount, pinnedNow })),
  ]);
}

/** Ends a hold. Those that end at one moment end together, and were all seen by whoever came before. */
function free(state: WalletState, holder: string, at: bigint): void {
  const slices = (state.pinned.get(holder) ?? []).map(({ lot, pinned }) => ({
    lot,
    amount: pinned,
  }));
  for (const { lot, amount } of slices) changeHeld(state, lot, -amount);
  for (const slice of state.pinned.get(holder) ?? []) slice.pinned = 0n;
  const last = state.freed.at(-1);
  if (last?.at === at) last.slices.push(...slices);
  else state.freed.push({ at, slices });
}

/**
 * Ending a hold reads the clock, then brings the wallet up to date by a later clock, then frees: what
 * is posted in between is younger than the end and still saw the hold.
 */
const FREED_TOLERANCE_MICROS = 1_000_000n;

/** What was freed shortly before a moment, latest first. Forgets the rest. */
export function justFreed(state: WalletState, at: bigint): readonly Freed[] {
  const recent = state.freed.filter((freed) => freed.at >= at - FREED_TOLERANCE_MICROS);
  state.freed.splice(0, state.freed.length, ...recent);
  return recent.toReversed();
}

/** Looks at the wallet as it was before something was freed. */
export function withPinned<Result>(state: WalletState, freed: Freed, look: () => Result): Result {
  for (const { lot, amount } of freed.slices) changeHeld(state, lot, amount);
  const result = look();
  for (const { lot, amount } of freed.slices) changeHeld(state, lot, -amount);
  return result;
}

function changeHeld(state: WalletState, lotId: string, by: bigint): void {
  const lot = state.lots.get(lotId);
  if (lot !== undefined) lot.held += by;
}

/** What a holder would give next, in the order in which it set it aside. */
export function nextOfPinned(state: WalletState, holder: string, amount: bigint): Take[] {
  const takes: Take[] = [];
  let left = amount;
  for (const { lot, pinned } of state.pinned.get(holder) ?? []) {
    const part = pinned < left ? pinned : left;
    if (part > 0n) takes.push({ lot, amount: part });
    left -= part;
  }
  return takes;
}

/** Counts what a holder gave as no longer set aside; the final capture frees the rest. */
export function unpin(state: WalletState, holder: string, amount: bigint, at: bigint): void {
  let left = amount;
  for (const slice of state.pinned.get(holder) ?? []) {
    const part = slice.pinned < left ? slice.pinned : left;
    changeHeld(state, slice.lot, -part);
    slice.pinned -= part;
    left -= part;
  }
  if (state.finalCaptures.get(holder) === at) free(state, holder, at);
}
