import { available } from './burn-order.ts';
import { monthStart } from './calendar.ts';
import { refused, type Decision, type Ledger, type Wallet } from './ledger.ts';

/** How much more of this pool a member may receive this month; `null` without a cap. */
export function capRoom(ledger: Ledger, pool: Wallet, wallet: Wallet): bigint | null {
  const share = ledger.caps.get(pool.owner);
  if (share === undefined) return null;
  const since = monthStart(ledger);
  const received = ledger.receipts
    .filter(
      (receipt) => receipt.pool === pool.owner && receipt.wallet === wallet && receipt.at >= since,
    )
    .reduce((sum, receipt) => sum + receipt.amount, 0n);
  const room = ((available(ledger, pool) + received) * BigInt(share)) / 100n - received;
  return room > 0n ? room : 0n;
}

export function refuseCapped(
  ledger: Ledger,
  pool: Wallet,
  gifts: readonly { wallet: Wallet; amount: bigint }[],
): Decision | null {
  const over = gifts.filter(({ wallet, amount }) => {
    const room = capRoom(ledger, pool, wallet);
    return room !== null && amount > room;
  });
  return over.length > 0
    ? refused('cap_exceeded', { subjects: over.map(({ wallet }) => wallet.owner) })
    : null;
}
