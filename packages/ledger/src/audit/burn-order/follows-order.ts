import { freeOf, type LotState, type WalletState } from './wallet-state.ts';

/** Micro-credits that left a lot. */
export interface Take {
  lot: string;
  amount: bigint;
}

export interface BurnRule {
  /** The moment of the burn, in microseconds: only lots that live then are burned. */
  at: bigint;
  /** The organization whose lots go first. */
  prefer: string | null;
  /** Organizations whose lots were frozen. */
  frozen: readonly string[];
  /** Only lots of this kind. */
  kind?: string;
  /** Lots that may have been passed over for a reason that is not recorded. */
  mayPass?: (lot: LotState) => boolean;
}

/** Whether `takes` are what the burn order gives for `amount`, or all there is when that is less. */
export function followsOrder(
  state: WalletState,
  takes: readonly Take[],
  amount: bigint,
  rule: BurnRule,
): boolean {
  let left = amount;
  let next = 0;
  for (const lot of inOrder(state, rule.prefer)) {
    if (left === 0n) break;
    if (!isSpendable(lot, rule)) continue;
    const free = freeOf(lot);
    const expected = free < left ? free : left;
    const take = takes[next];
    if (take?.lot === lot.id && take.amount === expected) {
      left -= expected;
      next += 1;
    } else if (rule.mayPass?.(lot) !== true) {
      return false;
    }
  }
  return next === takes.length;
}

/** In the order of all lots, or in that of the one kind which all the takes have. */
export function followsOrderOfSomeKind(
  state: WalletState,
  takes: readonly Take[],
  amount: bigint,
  rule: BurnRule,
): boolean {
  if (followsOrder(state, takes, amount, rule)) return true;
  const kinds = new Set(takes.map((take) => state.lots.get(take.lot)?.kind));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined
    ? followsOrder(state, takes, amount, { ...rule, kind })
    : false;
}

function* inOrder(state: WalletState, prefer: string | null): Iterable<LotState> {
  if (prefer === null) {
    yield* state.open;
    return;
  }
  for (const lot of state.open) if (lot.allocatedBy === prefer) yield lot;
  for (const lot of state.open) if (lot.allocatedBy !== prefer) yield lot;
}

const isSpendable = (lot: LotState, rule: BurnRule): boolean =>
  freeOf(lot) > 0n &&
  lot.effectiveAt <= rule.at &&
  lot.expiresAt > rule.at &&
  (rule.kind === undefined || lot.kind === rule.kind) &&
  (lot.allocatedBy === null || !rule.frozen.includes(lot.allocatedBy));
