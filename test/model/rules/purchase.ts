import { nextToBurn, type Part } from './burn-order.ts';
import { FREE } from './grant.ts';
import type { Ledger, Purchase, Transaction } from './ledger.ts';
import { leftPools } from './membership.ts';
import { begin, bringUpToDate, move, moveIn, post, smaller } from './posting.ts';
import { sizeOf, unwind } from './reversal.ts';

export interface Buy {
  wallet: string;
  credits: bigint;
  /** Minor units that were paid. */
  paid: bigint;
  /** `Infinity`: never. */
  expiresAt: number;
  /** What a code adds, and until when it lives. */
  bonus: { credits: bigint; expiresAt: number } | null;
}

/** A paid order becomes credits, once. A closed wallet takes no orders. */
export function buy(ledger: Ledger, key: string, command: Buy): 'paid' | 'wallet_closed' {
  const { credits, paid } = command;
  const wallet = ledger.wallets.get(command.wallet)!;
  if (wallet.closed !== null) return 'wallet_closed';
  bringUpToDate(ledger, [wallet]);
  const transaction = begin('purchase', key);
  const granted = credits + (command.bonus?.credits ?? 0n);
  const purchase: Purchase = {
    wallet,
    credits: granted,
    paid,
    status: 'paid',
    takenBack: 0n,
    byItself: false,
    transaction,
  };
  ledger.purchases.push(purchase);
  moveIn(
    ledger,
    transaction,
    wallet,
    credits,
    { system: 'issued:purchased' },
    {
      ...FREE,
      kind: 'purchased',
      currency: 'usd',
      unitCost: unitCost(paid, credits),
      effectiveAt: ledger.now,
      expiresAt: command.expiresAt,
      purchase,
    },
  );
  if (command.bonus !== null) {
    moveIn(
      ledger,
      transaction,
      wallet,
      command.bonus.credits,
      { system: 'issued:promotional' },
      {
        ...FREE,
        kind: 'promotional',
        effectiveAt: ledger.now,
        expiresAt: command.bonus.expiresAt,
        purchase,
      },
    );
  }
  post(transaction, wallet);
  return 'paid';
}

/** Millionths of a minor unit per credit, half up. */
export const unitCost = (paid: bigint, micro: bigint): bigint =>
  (2n * paid * 10n ** 12n + micro) / (2n * micro);

/** Reported again: changes nothing. */
export function reportAgain(ledger: Ledger, purchase: Purchase): void {
  bringUpToDate(ledger, [purchase.wallet]);
}

/** Brings what was taken back to the share of the money that went back, up or down. */
export function takeBack(
  ledger: Ledger,
  purchase: Purchase,
  refunded: bigint,
  kind: 'refund' | 'dispute',
): void {
  bringUpToDate(ledger, [purchase.wallet, ...leftPools(ledger, purchase.wallet)]);
  const target = targetOf(purchase, refunded);
  if (purchase.wallet.closed !== null) {
    // No credits can come or go, so a person decides.
    if (target !== purchase.takenBack) purchase.status = 'needs_review';
    return;
  }
  if (target > purchase.takenBack) take(ledger, purchase, target - purchase.takenBack, kind);
  if (target < purchase.takenBack) restore(ledger, purchase, purchase.takenBack - target);
  purchase.takenBack = target;
  if (target === 0n) purchase.status = 'paid';
  else if (kind === 'dispute') purchase.status = 'disputed';
  else if (target === purchase.credits) purchase.status = 'refunded';
}

function targetOf({ paid, credits }: Purchase, refunded: bigint): bigint {
  if (refunded === 0n) return 0n;
  return refunded >= paid ? credits : (credits * refunded) / paid;
}

/** The order's own credits first, then the wallet's others, then debt. */
function take(
  ledger: Ledger,
  purchase: Purchase,
  amount: bigint,
  kind: 'refund' | 'dispute',
): void {
  const { wallet } = purchase;
  const transaction = begin(kind, null, purchase.transaction);
  const account = { system: kind === 'refund' ? 'refunded' : 'disputed' };
  let left = amount;
  const takeParts = (parts: Part[]) => {
    for (const part of parts) {
      move(transaction, part.amount, { lot: part.lot }, account);
      left -= part.amount;
    }
  };
  for (const lot of wallet.lots.filter((one) => one.purchase === purchase)) {
    takeParts([{ lot, amount: smaller(lot.remaining - lot.held, left) }]);
  }
  takeParts(nextToBurn(ledger, wallet, left));
  move(transaction, left, { debtOf: wallet }, account);
  post(transaction, wallet);
}

/** Gives back exactly what was taken, the newest taking first. */
function restore(ledger: Ledger, purchase: Purchase, amount: bigint): void {
  let left = amount;
  for (const taking of takingsOf(purchase)) {
    const part = smaller(left, sizeOf(taking) - taking.undone);
    left -= part;
    if (part === 0n) continue;
    unwind(ledger, begin(taking.kind, null, taking), purchase.wallet, taking, part);
  }
}

const takingsOf = (purchase: Purchase): Transaction[] =>
  purchase.wallet.entries
    .map((entry) => entry.transaction)
    .filter((transaction) => transaction.corrects === purchase.transaction)
    .toReversed();
