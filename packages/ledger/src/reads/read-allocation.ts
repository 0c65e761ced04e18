import type { Database } from '../database/connect.ts';

/** A distribution to many members. Amounts are micro-credits. */
export interface AllocationView {
  id: string;
  /** The giving organization, as `org:<id>`. */
  wallet: string;
  amountPerRecipient: bigint;
  recipients: number;
  /** Recipients that have received theirs. */
  done: number;
  status: 'running' | 'completed';
  reason: string | null;
  actor: string;
  operation: string;
  createdAt: Date;
  completedAt: Date | null;
}

/** One allocation by its UUID; `null` when there is none. */
export async function readAllocation(db: Database, id: string): Promise<AllocationView | null> {
  const [allocation] = await db<AllocationView[]>`
    select
      a.id,
      w.owner as wallet,
      a.amount_per_recipient as "amountPerRecipient",
      a.recipients,
      a.done,
      a.status,
      a.reason,
      a.actor,
      a.operation,
      a.created_at as "createdAt",
      a.completed_at as "completedAt"
    from bursar.allocations a
    join bursar.wallets w on w.id = a.wallet_id
    where a.id = ${id}`;
  return allocation ?? null;
}
