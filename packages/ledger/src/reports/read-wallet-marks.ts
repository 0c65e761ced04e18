import type { Database } from '../database/connect.ts';

/** What tells that a wallet is not as it was: any of these changes with everything that can be seen of it. */
export interface WalletMark {
  owner: string;
  version: bigint;
  /** Credits set aside; holds change it without a transaction. */
  held: bigint;
  overdraftLimit: bigint | null;
  /** The pools whose allocations a suspension keeps from being spent. */
  frozenBy: readonly string[] | null;
}

/** The marks of these wallets in one statement; unknown ones are left out. */
export async function readWalletMarks(
  db: Database,
  owners: readonly string[],
): Promise<WalletMark[]> {
  return db<WalletMark[]>`
    select w.owner, w.version, w.held, w.overdraft_limit as "overdraftLimit", w.frozen_by::text[] as "frozenBy"
    from bursar.wallets w
    where w.owner = any (${[...owners]}::text[])`;
}
