import { burnOrder } from './burn-order.ts';
import { applied, refused, type Decision, type Ledger, type Wallet } from './ledger.ts';
import { begin, move, post } from './posting.ts';
import { cancel, vacate } from './seat.ts';

export interface OrganizationDeletion {
  organization: string;
  /** Whether the name was typed as it is. */
  confirmed: boolean;
  /** `null`: nobody said that anything is given up. */
  forfeit: bigint | null;
}

/** Nothing that is under way is cut off; what is left is given up, and members keep theirs. */
export function deleteOrganization(
  ledger: Ledger,
  key: string,
  command: OrganizationDeletion,
): Decision {
  const pool = ledger.wallets.get(command.organization);
  if (pool === undefined) return refused('not_found');
  if (pool.closed !== null) return pool.closed;
  const refusal = refuseDeletion(ledger, pool, command);
  if (refusal !== null) return refusal;
  const members = ledger.memberships.filter(
    (m) => m.organization === pool.owner && m.status !== 'removed',
  );
  const kept = members
    .map(({ member }) => unspentOf(ledger, pool, ledger.wallets.get(member)!))
    .reduce((sum, amount) => sum + amount, 0n);
  const forfeited = giveUp(key, pool);
  const requests = ledger.requests.filter(
    ({ organization, status }) => organization === pool.owner && status === 'pending',
  );
  for (const request of requests) request.status = 'cancelled';
  for (const membership of members) {
    vacate(ledger, membership);
    cancel(ledger, membership);
    membership.status = 'removed';
  }
  for (const budget of ledger.budgets) {
    if (budget.wallet === pool.owner && budget.endedAt === Infinity) budget.endedAt = ledger.now;
  }
  pool.closed = applied({
    forfeited: String(forfeited),
    kept: String(kept),
    requests: String(requests.length),
  });
  return pool.closed;
}

function refuseDeletion(
  ledger: Ledger,
  pool: Wallet,
  { confirmed, forfeit }: OrganizationDeletion,
): Decision | null {
  const isHeld = ledger.holds.some(({ wallet, status }) => wallet === pool && status === 'open');
  const isSuspending = ledger.memberships.some(
    ({ organization, status }) => organization === pool.owner && status === 'suspended',
  );
  if (pool.owed > 0n || isHeld || isSuspending) return refused('account_not_settled');
  if (!confirmed) return refused('confirmation_mismatch');
  const required = pool.credits;
  if (required > 0n && forfeit === null) return refused('account_not_settled', { required });
  return required === (forfeit ?? 0n) ? null : refused('confirmation_mismatch', { required });
}

/** Everything there is, what becomes effective later too. */
function giveUp(key: string, pool: Wallet): bigint {
  const lots = pool.lots.filter(({ remaining }) => remaining > 0n).toSorted(burnOrder);
  const amount = pool.credits;
  if (lots.length === 0) return 0n;
  const transaction = begin('forfeiture', key);
  for (const lot of lots) move(transaction, lot.remaining, { lot }, { system: 'forfeited' });
  post(transaction, pool);
  return amount;
}

const unspentOf = (ledger: Ledger, pool: Wallet, wallet: Wallet): bigint =>
  wallet.lots
    .filter((lot) => lot.allocatedBy === pool.owner && lot.expiresAt > ledger.now)
    .reduce((sum, lot) => sum + lot.remaining, 0n);
