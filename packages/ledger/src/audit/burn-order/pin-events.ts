import { followsOrder, followsOrderOfSomeKind, type BurnRule, type Take } from './follows-order.ts';
import type { Pin, PinEvent, WalletState } from './wallet-state.ts';

/** Removes and returns the events up to and including a moment, earliest first. */
export function dueEvents(state: WalletState, at: bigint): PinEvent[] {
  const later = state.events.findIndex((event) => event.at > at);
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
      free(state, event.holder);
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
  for (const slice of slices) {
    const lot = state.lots.get(slice.lot);
    if (lot !== undefined) lot.held += slice.amount;
  }
  state.pinned.set(
    holder,
    slices.map(({ lot, amount, pinnedNow }) => ({ lot, pinned: amount, pinnedNow })),
  );
}

function free(state: WalletState, holder: string): void {
  for (const slice of state.pinned.get(holder) ?? []) {
    const lot = state.lots.get(slice.lot);
    if (lot !== undefined) lot.held -= slice.pinned;
    slice.pinned = 0n;
  }
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

/** Counts what a holder gave as no longer set aside. */
export function unpin(state: WalletState, holder: string, amount: bigint): void {
  let left = amount;
  for (const slice of state.pinned.get(holder) ?? []) {
    const part = slice.pinned < left ? slice.pinned : left;
    const lot = state.lots.get(slice.lot);
    if (lot !== undefined) lot.held -= part;
    slice.pinned -= part;
    left -= part;
  }
}
