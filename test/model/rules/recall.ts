import { burnOrder, total } from './burn-order.ts';
import { weekStart } from './calendar.ts';
import { applied, refused, type Decision, type Ledger, type Lot, type Wallet } from './ledger.ts';
import { refuseClosed } from './closed.ts';
import { begin, bringUpToDate } from './posting.ts';
import { giveCredits } from './transfer.ts';

const DAY = 86_400_000;

/** Takes back what an allocation gave and is neither spent nor held, as it was in the pool. */
export function undo(ledger: Ledger, key: string, position: number | null): Decision {
  const handout = position === null ? undefined : ledger.allocations[position];
  const pool = ledger.wallets.get(handout?.pool ?? '');
  if (handout === undefined || pool === undefined) return refused('not_found');
  return refuseClosed(pool) ?? applied(takeBackFrom(ledger, key, pool, handout.parts));
}

/** A sweep at the week's end: what was allocated so many days before it. */
export function sweepIdle(ledger: Ledger, key: string, pool: Wallet, idleDays: number): void {
  bringUpToDate(ledger, [pool]);
  const before = weekStart(ledger) - idleDays * DAY;
  const asked = ledger.memberships
    .filter((m) => m.organization === pool.owner && m.status === 'active')
    .map((m) => ledger.wallets.get(m.member)!);
  const inOrder = [...ledger.wallets.values()].filter((wallet) => asked.includes(wallet));
  const parts = inOrder
    .map((wallet) => ({
      wallet,
      lots: wallet.lots.filter(
        (lot) =>
          lot.allocatedBy === pool.owner &&
          lot.createdAt < before &&
          lot.remaining > 0n &&
          lot.expiresAt > ledger.now,
      ),
    }))
    .filter(({ lots }) => lots.length > 0);
  if (parts.length > 0) takeBackFrom(ledger, key, pool, parts);
}

function takeBackFrom(
  ledger: Ledger,
  key: string,
  pool: Wallet,
  parts: readonly { wallet: Wallet; lots: Lot[] }[],
): { returned: string; held: string } {
  bringUpToDate(ledger, [pool, ...parts.map(({ wallet }) => wallet)]);
  let [returned, held] = [0n, 0n];
  for (const { wallet, lots } of parts) {
    const living = lots.filter((lot) => lot.expiresAt > ledger.now).toSorted(burnOrder);
    const free = living
      .map((lot) => ({ lot, amount: lot.remaining - lot.held }))
      .filter(({ amount }) => amount > 0n);
    if (free.length > 0) giveCredits(ledger, begin('return', key), wallet, pool, free);
    returned += total(free);
    held += living.reduce((sum, lot) => sum + lot.held, 0n);
  }
  return { returned: String(returned), held: String(held) };
}
