/** A lot while its wallet's history is replayed. Amounts in micro-credits, times in microseconds. */
export interface LotState {
  readonly id: string;
  readonly kind: string;
  readonly priority: number;
  readonly expiresAt: bigint;
  readonly unitCost: bigint;
  readonly effectiveAt: bigint;
  readonly createdAt: bigint;
  /** The wallet of the organization that handed it out. */
  readonly allocatedBy: string | null;
  readonly purchase: string | null;
  remaining: bigint;
  held: bigint;
}

export interface SliceState {
  readonly lot: string;
  /** What the replay leaves set aside. */
  pinned: bigint;
  /** What the table says is set aside at the end. */
  readonly pinnedNow: bigint;
}

export type PinEvent =
  | { readonly at: bigint; readonly type: 'pin'; readonly holder: string; readonly pin: Pin }
  | { readonly at: bigint; readonly type: 'free'; readonly holder: string };

export interface Pin {
  /** Holds prefer an organization's lots and may pass over frozen ones; allocations may ask for a kind. */
  readonly by: 'hold' | 'allocation';
  readonly prefer: string | null;
  readonly slices: readonly { lot: string; amount: bigint; pinnedNow: bigint }[];
}

export interface Freed {
  readonly at: bigint;
  readonly slices: { lot: string; amount: bigint }[];
}

export interface WalletState {
  readonly id: string;
  readonly lots: ReadonlyMap<string, LotState>;
  /** The lots of which something remains, in burn order. */
  readonly open: LotState[];
  /** What each holder has set aside, in the order in which it was set aside. */
  readonly pinned: Map<string, SliceState[]>;
  /** Begins, releases and run-outs of holds that are still ahead, earliest first. */
  readonly events: PinEvent[];
  /** The moment of each hold's final capture, which frees what it leaves. */
  readonly finalCaptures: ReadonlyMap<string, bigint>;
  /** What ended holds had still set aside. */
  readonly freed: Freed[];
  owed: bigint;
}

export const freeOf = (lot: LotState): bigint => lot.remaining - lot.held;

/** The burn order: priority, expiry, cost basis, effective time, creation, id. */
export function compareBurn(a: LotState, b: LotState): number {
  return (
    a.priority - b.priority ||
    compare(a.expiresAt, b.expiresAt) ||
    compare(a.unitCost, b.unitCost) ||
    compare(a.effectiveAt, b.effectiveAt) ||
    compare(a.createdAt, b.createdAt) ||
    compare(a.id, b.id)
  );
}

const compare = <Value extends bigint | string>(a: Value, b: Value): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** Changes what remains of a lot, and keeps the open lots sorted. */
export function changeRemaining(state: WalletState, lot: LotState, by: bigint): void {
  const wasOpen = lot.remaining > 0n;
  lot.remaining += by;
  const isOpen = lot.remaining > 0n;
  if (wasOpen === isOpen) return;
  const place = placeOf(state.open, lot);
  state.open.splice(place, wasOpen ? 1 : 0, ...(isOpen ? [lot] : []));
}

/** Binary search, because an organization's pool may have many thousands of open lots. */
function placeOf(open: readonly LotState[], lot: LotState): number {
  let low = 0;
  let high = open.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = open[middle];
    if (other !== undefined && compareBurn(other, lot) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
