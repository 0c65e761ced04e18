import { followsOrder, followsOrderOfSomeKind, type BurnRule, type Take } from './follows-order.ts';
import { nextOfPinned } from './pin-events.ts';
import type { TransactionRow } from './read-wallets.ts';
import { compareBurn, freeOf, type WalletState } from './wallet-state.ts';

/** What is wrong with the lots that a transaction took, before it is carried out; null when nothing is. */
export function checkTransaction(state: WalletState, transaction: TransactionRow): string | null {
  const takes = takesOf(transaction);
  switch (transaction.kind) {
    case 'charge':
      return isRight(
        chargesInOrder(state, transaction, takes),
        'the charge burned other lots than the burn order names',
      );
    case 'transfer':
      return isRight(
        transaction.amount > 0n ||
          followsOrderOfSomeKind(state, takes, sum(takes), ruleOf(transaction)),
        'the transfer took other lots than the burn order names',
      );
    case 'allocation':
      return isRight(
        transaction.amount > 0n ||
          (transaction.holder !== null &&
            same(takes, nextOfPinned(state, transaction.holder, sum(takes)))),
        'the allocation handed out something else than it had set aside',
      );
    case 'adjustment':
      return isRight(
        takes.length === 0 || followsOrder(state, takes, state.owed, ruleOf(transaction)),
        'the settlement took other lots than the burn order names',
      );
    case 'refund':
    case 'dispute':
      return isRight(
        transaction.amount > 0n || takesBackInOrder(state, transaction, takes),
        "the refund took other lots than the order's own and then those the burn order names",
      );
    case 'return':
      return isRight(
        transaction.amount > 0n || returnsInOrder(state, transaction, takes),
        'the return took something else than the free credits that this organization had allocated',
      );
    case 'rollover':
      return isRight(
        rollsInOrder(state, takes),
        'the rollover took other lots than the burn order names among those of a subscription',
      );
    case 'expiry':
      return isRight(
        takes.every((take) => take.amount === freeIn(state, take.lot)),
        'the expiry took something else than what remained and was not held',
      );
    case 'forfeiture':
      return isRight(
        same(
          takes,
          state.open.map((lot) => ({ lot: lot.id, amount: lot.remaining })),
        ),
        'something else was given up than all that was left',
      );
    default:
      return null;
  }
}

const isRight = (right: boolean, fault: string): string | null => (right ? null : fault);

/** What a hold had set aside first, then the burn order; what no lot covers is owed. */
function chargesInOrder(
  state: WalletState,
  transaction: TransactionRow,
  takes: readonly Take[],
): boolean {
  const total = -transaction.amount;
  const pinned = transaction.holder === null ? [] : nextOfPinned(state, transaction.holder, total);
  const [first, rest] = splitAt(takes, sum(pinned));
  return (
    same(first, joined(pinned)) &&
    followsOrder(state, rest, total - sum(pinned), ruleOf(transaction))
  );
}

/** A lot may give its pinned part and then more, in one part: it is cut where the pinned credits end. */
function splitAt(takes: readonly Take[], amount: bigint): [first: Take[], rest: Take[]] {
  const first: Take[] = [];
  const rest: Take[] = [];
  let left = amount;
  for (const { lot, amount: whole } of takes) {
    const part = whole < left ? whole : left;
    if (part > 0n) first.push({ lot, amount: part });
    if (whole > part) rest.push({ lot, amount: whole - part });
    left -= part;
  }
  return [first, rest];
}

function takesBackInOrder(
  state: WalletState,
  transaction: TransactionRow,
  takes: readonly Take[],
): boolean {
  let left = -transaction.amount;
  const own: Take[] = [];
  const ownLots = state.open
    .filter((lot) => lot.purchase !== null && lot.purchase === transaction.purchase)
    .toSorted((a, b) => Number(a.createdAt - b.createdAt) || (a.id < b.id ? -1 : 1));
  for (const lot of ownLots) {
    const free = freeOf(lot);
    const part = free < left ? free : left;
    if (part > 0n) own.push({ lot: lot.id, amount: part });
    left -= part;
  }
  const others = takes.slice(own.length);
  // What the own lots gave is gone before the burn order is asked; all of them are empty then.
  const rule: BurnRule = { ...ruleOf(transaction), mayPass: (lot) => ownLots.includes(lot) };
  return same(takes.slice(0, own.length), own) && followsOrder(state, others, left, rule);
}

/** All that is free of each lot, in burn order; which lots a hold had touched is not asked again. */
function returnsInOrder(
  state: WalletState,
  transaction: TransactionRow,
  takes: readonly Take[],
): boolean {
  return takes.every((take, index) => {
    const lot = state.lots.get(take.lot);
    const before = state.lots.get(takes[index - 1]?.lot ?? '');
    return (
      lot !== undefined &&
      lot.allocatedBy === transaction.counterparty &&
      take.amount === freeOf(lot) &&
      (before === undefined || compareBurn(before, lot) < 0)
    );
  });
}

/** Each lot whole, but for the last; which lots belong to the subscription is looked at elsewhere. */
function rollsInOrder(state: WalletState, takes: readonly Take[]): boolean {
  return takes.every((take, index) => {
    const lot = state.lots.get(take.lot);
    const before = state.lots.get(takes[index - 1]?.lot ?? '');
    const isLast = index === takes.length - 1;
    return (
      lot?.kind === 'subscription' &&
      (isLast ? take.amount <= freeOf(lot) : take.amount === freeOf(lot)) &&
      (before === undefined || compareBurn(before, lot) < 0)
    );
  });
}

const ruleOf = (transaction: TransactionRow): BurnRule => ({
  at: transaction.createdAt,
  prefer: transaction.onBehalfOf,
  frozen: transaction.frozenBy,
});

const partsOf = (transaction: TransactionRow): Take[] =>
  transaction.movements.flatMap(({ fromLot, amount }) =>
    fromLot === null ? [] : [{ lot: fromLot, amount }],
  );

/** A part that paid a debt and a part that became a lot came out of the same lot together. */
const takesOf = (transaction: TransactionRow): Take[] => joined(partsOf(transaction));

function joined(parts: readonly Take[]): Take[] {
  const takes: Take[] = [];
  for (const part of parts) {
    const last = takes.at(-1);
    if (last?.lot === part.lot) last.amount += part.amount;
    else takes.push({ ...part });
  }
  return takes;
}

function freeIn(state: WalletState, lotId: string): bigint {
  const lot = state.lots.get(lotId);
  return lot === undefined ? 0n : freeOf(lot);
}

const same = (a: readonly Take[], b: readonly Take[]): boolean =>
  a.length === b.length &&
  a.every((take, index) => take.lot === b[index]?.lot && take.amount === b[index]?.amount);

const sum = (takes: readonly Take[]): bigint =>
  takes.reduce((total, take) => total + take.amount, 0n);
