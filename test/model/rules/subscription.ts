import { nextToBurn, type Part } from './burn-order.ts';
import { FREE } from './grant.ts';
import type { Ledger, Lot, Period, Wallet } from './ledger.ts';
import { begin, bringUpToDate, move, moveIn, openLot, post, smaller } from './posting.ts';
import { unitCost } from './purchase.ts';

export interface Renewal {
  wallet: string;
  /** Which period of the wallet's subscription; the same again is the same. */
  number: number;
  credits: bigint;
  /** Minor units that were paid. */
  paid: bigint;
  cap: bigint;
  expiresAt: number;
}

/** What was paid for later than this before its end lives as long all the same. */
const LATE_LIFE_MS = 7 * 86_400_000;

/** A paid period becomes credits, once; before them the rest of earlier periods moves on. */
export function renew(ledger: Ledger, command: Renewal): void {
  const wallet = ledger.wallets.get(command.wallet)!;
  const { number, credits, paid } = command;
  bringUpToDate(ledger, [wallet]);
  if (ledger.periods.some((one) => one.wallet === wallet && one.number === number)) return;
  // Money that comes after the wallet was closed waits for a person and moves nothing.
  if (wallet.closed !== null) return;
  const expiresAt = Math.max(command.expiresAt, ledger.now + LATE_LIFE_MS);
  const rolled = rollOver(ledger, wallet, command.cap, expiresAt);
  const transaction = begin('subscription');
  const purchase = {
    wallet,
    credits,
    paid,
    status: 'paid' as const,
    takenBack: 0n,
    byItself: false,
    transaction,
  };
  const period: Period = { ...purchase, number, rolled };
  ledger.periods.push(period);
  moveIn(
    ledger,
    transaction,
    wallet,
    credits,
    { system: 'issued:subscription' },
    {
      ...FREE,
      kind: 'subscription',
      currency: 'usd',
      unitCost: unitCost(paid, credits),
      effectiveAt: ledger.now,
      expiresAt,
      purchase: period,
    },
  );
  post(transaction, wallet);
}

/** Keeps cost and payment, and changes no lot's expiry: what moves on is a lot of its own. */
function rollOver(ledger: Ledger, wallet: Wallet, cap: bigint, expiresAt: number): bigint {
  const transaction = begin('rollover');
  let left = cap;
  for (const { lot, amount } of rest(ledger, wallet, expiresAt)) {
    const part = smaller(amount, left);
    if (part === 0n) break;
    left -= part;
    const { kind, priority, unitCost: cost, currency, allocatedBy, purchase } = lot;
    const later = openLot(ledger, wallet, part, {
      kind,
      priority,
      unitCost: cost,
      currency,
      allocatedBy,
      purchase,
      parent: lot,
      effectiveAt: ledger.now,
      expiresAt,
    });
    move(transaction, part, { lot }, { lot: later });
  }
  if (left < cap) post(transaction, wallet);
  return cap - left;
}

/** All that could be burned of earlier periods and ends before the new one does. */
function rest(ledger: Ledger, wallet: Wallet, expiresAt: number): Part[] {
  const isOfPeriod = (lot: Lot): boolean => ledger.periods.some((one) => one === lot.purchase);
  const everything = wallet.lots.reduce((sum, lot) => sum + lot.remaining, 0n);
  return nextToBurn(ledger, wallet, everything, { kind: 'subscription' }).filter(
    ({ lot }) => isOfPeriod(lot) && lot.expiresAt < expiresAt,
  );
}
