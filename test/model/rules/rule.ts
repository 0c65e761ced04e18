import { available } from './burn-order.ts';
import { capRoom } from './cap.ts';
import { handOut, sumOf } from './allocation.ts';
import { membershipOf, type Ledger, type Wallet } from './ledger.ts';
import { bringUpToDate, smaller } from './posting.ts';

/** Brings each member's unspent part of what the pool allocated up to an amount: for all, or for nobody. */
export function refill(ledger: Ledger, key: string, pool: Wallet, amount: bigint): void {
  bringUpToDate(ledger, [pool]);
  const gifts = [...ledger.wallets.values()]
    .filter((wallet) => membershipOf(ledger, pool.owner, wallet.owner)?.status === 'active')
    .map((wallet) => {
      const missing = amount - unspent(ledger, pool, wallet);
      return { wallet, amount: smaller(missing, capRoom(ledger, pool, wallet) ?? missing) };
    })
    .filter((gift) => gift.amount > 0n);
  if (gifts.length === 0 || sumOf(gifts) > available(ledger, pool)) return;
  handOut(ledger, key, pool, gifts, null);
}

const unspent = (ledger: Ledger, pool: Wallet, wallet: Wallet): bigint =>
  wallet.lots
    .filter((lot) => lot.allocatedBy === pool.owner && lot.expiresAt > ledger.now)
    .reduce((sum, lot) => sum + lot.remaining, 0n);
