import type { Database } from '../database/connect.ts';

/** What was used, in micro-credits: charges, what of them was given back, and the difference. */
export interface UsageSums {
  charged: bigint;
  returned: bigint;
  net: bigint;
  /** How many charges. */
  charges: number;
}

export interface UsageView {
  /** By day in order, else by net use, the most first; a thousand groups at most. */
  groups: (UsageSums & { key: string })[];
  /** Of all groups, also of those beyond the limit. */
  total: UsageSums;
  /** Whether there are more groups. */
  truncated: boolean;
}

export type UsageGroup = 'day' | 'product' | 'member';

export const USAGE_GROUPS_MAX = 1_000;

interface UsageRow {
  key: string;
  charged: bigint;
  returned: bigint;
  charges: number;
  totalCharged: bigint;
  totalReturned: bigint;
  totalCharges: number;
}

/**
 * Sums charges and reversals from the transactions themselves, by the time at which they were booked,
 * so that usage and balance cannot disagree. A person's usage is that of their wallet; an
 * organization's is that of its pool and of members' charges on its behalf, also of members who left.
 */
export async function readUsage(
  db: Database,
  owner: string,
  groupBy: UsageGroup,
  filter: { from: Date; to: Date; product?: string | undefined },
): Promise<UsageView> {
  const key = {
    day: db`to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD')`,
    product: db`coalesce(u.product, '')`,
    member: db`u.owner`,
  }[groupBy];
  const order = groupBy === 'day' ? db`1` : db`sum(u.charged - u.returned) desc, 1`;
  const rows = await db<UsageRow[]>`
    select
      ${key} as key,
      sum(u.charged)::bigint as charged,
      sum(u.returned)::bigint as returned,
      (count(*) filter (where u.charged > 0))::integer as charges,
      (sum(sum(u.charged)) over ())::bigint as "totalCharged",
      (sum(sum(u.returned)) over ())::bigint as "totalReturned",
      (sum(count(*) filter (where u.charged > 0)) over ())::integer as "totalCharges"
    from (${selectUse(db, owner, filter)}) u
    ${filter.product === undefined ? db`` : db`where u.product = ${filter.product}`}
    group by 1
    order by ${order}
    limit ${USAGE_GROUPS_MAX + 1}`;
  const first = rows[0];
  return {
    groups: rows.slice(0, USAGE_GROUPS_MAX).map(({ key: name, charged, returned, charges }) => ({
      key: name,
      ...sums(charged, returned, charges),
    })),
    total: sums(first?.totalCharged ?? 0n, first?.totalReturned ?? 0n, first?.totalCharges ?? 0),
    truncated: rows.length > USAGE_GROUPS_MAX,
  };
}

const sums = (charged: bigint, returned: bigint, charges: number): UsageSums => ({
  charged,
  returned,
  net: charged - returned,
  charges,
});

/** One row per charge and reversal. Which wallets count decides the owner; what in them, the last line. */
const selectUse = (db: Database, owner: string, { from, to }: { from: Date; to: Date }) => db`
  with subject as materialized (
    select w.id from bursar.wallets w where w.owner = ${owner}
  ), source as materialized (
    select w.id, w.owner, w.id = s.id as is_own, s.id as subject,
      bursar.version_from(w.id, ${from}) as first, bursar.version_from(w.id, ${to}) as past
    from subject s
    join bursar.wallets w on w.id = s.id or w.owner in (
      select 'user:' || m.user_id from bursar.memberships m where 'org:' || m.organization_id = ${owner}
    )
  )
  select s.owner, t.product, t.created_at,
    case when t.kind = 'charge' then -t.amount else 0 end as charged,
    case when t.kind = 'reversal' then t.amount else 0 end as returned
  from source s
  join bursar.transactions t on t.wallet_id = s.id and t.version >= s.first and t.version < s.past
  where t.kind in ('charge', 'reversal') and (
    s.is_own or t.on_behalf_of = s.subject or exists (
      select from bursar.transaction_history c
      where c.id = t.corrects and c.wallet_id = t.wallet_id and c.on_behalf_of = s.subject
    )
  )`;
