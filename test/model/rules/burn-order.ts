import type { LotKind } from '@bursar/contracts';
import { membershipOf, type Ledger, type Lot, type LotOrder, type Wallet } from './ledger.ts';

const ascending = <Value extends number | bigint>(a: Value, b: Value): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** Priority, soonest expiry, cheapest, effective longest, oldest. */
export const burnOrder: LotOrder = (a, b) =>
  ascending(a.priority, b.priority) ||
  ascending(a.expiresAt, b.expiresAt) ||
  ascending(a.unitCost, b.unitCost) ||
  ascending(a.effectiveAt, b.effectiveAt) ||
  ascending(a.createdAt, b.createdAt) ||
  ascending(a.number, b.number);

/** What a burn asks for beside its amount. */
export interface Choice {
  kind?: LotKind | null;
  /** The organization whose allocated lots go first. */
  onBehalfOf?: string | null;
}

export interface Part {
  lot: Lot;
  amount: bigint;
}

const free = (lot: Lot): bigint => lot.remaining - lot.held;

/** Lots that live now, are not frozen by a suspension, and have something that is not held. */
function spendableLots(ledger: Ledger, wallet: Wallet, kind: LotKind | null): Lot[] {
  return wallet.lots.filter(
    (lot) =>
      free(lot) > 0n &&
      lot.effectiveAt <= ledger.now &&
      ledger.now < lot.expiresAt &&
      (kind === null || lot.kind === kind) &&
      !isFrozen(ledger, lot),
  );
}

const isFrozen = (ledger: Ledger, lot: Lot): boolean =>
  lot.allocatedBy !== null &&
  membershipOf(ledger, lot.allocatedBy, lot.wallet.owner)?.status === 'suspended';

export const available = (ledger: Ledger, wallet: Wallet, kind: LotKind | null = null): bigint =>
  spendableLots(ledger, wallet, kind).reduce((sum, lot) => sum + free(lot), 0n);

/** The next `amount` credits to burn, or fewer if there are fewer. Takes nothing yet. */
export function nextToBurn(
  ledger: Ledger,
  wallet: Wallet,
  amount: bigint,
  choice: Choice = {},
): Part[] {
  const preferred = (lot: Lot): number =>
    choice.onBehalfOf !== undefined &&
    choice.onBehalfOf !== null &&
    lot.allocatedBy === choice.onBehalfOf
      ? 0
      : 1;
  const order: LotOrder = (a, b) =>
    ascending(preferred(a), preferred(b)) || ledger.rules.burnOrder(a, b);
  const parts: Part[] = [];
  let left = amount;
  for (const lot of spendableLots(ledger, wallet, choice.kind ?? null).toSorted(order)) {
    const part = free(lot) < left ? free(lot) : left;
    if (part > 0n) parts.push({ lot, amount: part });
    left -= part;
  }
  return parts;
}

export const total = (parts: readonly Part[]): bigint =>
  parts.reduce((sum, part) => sum + part.amount, 0n);
