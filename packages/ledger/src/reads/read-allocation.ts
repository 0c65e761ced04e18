import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

/** A distribution to many members. Amounts are micro-credits. */
export interface AllocationView {
  id: string;
  /** The giving organization, as `org:<id>`. */
  wallet: string;
  /** `null`: the recipients have amounts of their own. */
  amountPerRecipient: bigint | null;
  total: bigint;
  recipients: number;
  /** Recipients that have received theirs. */
  done: number;
  /** What undoing it has brought back. */
  returned: bigint;
  status: 'running' | 'completed';
  reason: string | null;
  actor: string;
  createdAt: Date;
  completedAt: Date | null;
}

/** What one recipient got of an allocation, and what came back of it. */
export interface RecipientView {
  position: number;
  /** `user:<id>`. */
  wallet: string;
  amount: bigint;
  returned: bigint;
  /** `null` until it is handed out. */
  transaction: string | null;
}

/** One allocation by its UUID; `null` when there is none. */
export async function readAllocation(db: Database, id: string): Promise<AllocationView | null> {
  const [allocation] = await db<AllocationView[]>`${selectAllocations(db)} where a.id = ${id}`;
  return allocation ?? null;
}

/** One page of an organization's allocations, the newest first; its id is bare. */
export async function listAllocations(
  db: Database,
  organization: string,
  page: Page,
): Promise<PageOf<AllocationView>> {
  const found = await db<AllocationView[]>`
    ${selectAllocations(db)}
    where w.owner = ${`org:${organization}`}
      ${page.before === undefined ? db`` : db`and a.id < ${page.before}::uuid`}
    order by a.id desc
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, (allocation) => allocation.id);
}

/** One page of an allocation's recipients, in the order in which they were named. */
export async function listRecipients(
  db: Database,
  allocation: string,
  page: Page,
): Promise<PageOf<RecipientView>> {
  const found = await db<RecipientView[]>`
    select
      p.position,
      w.owner as wallet,
      coalesce(p.amount, a.amount_per_recipient) as amount,
      (
        select coalesce(sum(x.returned), 0)::bigint
        from bursar.recalls r
        join bursar.recall_parts x on x.recall_id = r.id and x.position = p.position
        where r.allocation_id = a.id
      ) as returned,
      p.transaction_id as transaction
    from bursar.allocations a
    join bursar.allocation_parts p on p.allocation_id = a.id
    join bursar.wallets w on w.id = p.wallet_id
    where a.id = ${allocation} and p.position > ${Number(page.before ?? 0)}
    order by p.position
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, (recipient) => String(recipient.position));
}

const selectAllocations = (db: Database) => db`
  select
    a.id,
    w.owner as wallet,
    a.amount_per_recipient as "amountPerRecipient",
    coalesce(a.total, a.amount_per_recipient * a.recipients) as total,
    a.recipients,
    a.done,
    (
      select coalesce(sum(r.returned), 0)::bigint from bursar.recalls r where r.allocation_id = a.id
    ) as returned,
    a.status,
    a.reason,
    a.actor,
    a.created_at as "createdAt",
    a.completed_at as "completedAt"
  from bursar.allocations a
  join bursar.wallets w on w.id = a.wallet_id`;
