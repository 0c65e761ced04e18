import type { Database } from '../database/connect.ts';
import { inBatches } from '../database/in-batches.ts';

const FACTS_AT_ONCE = 200;

/** A committed fact; `topUp` is the try it asks for, where it asks for one. */
export interface CommittedFact {
  id: string;
  topUp: string | null;
}

/** One person to write to about one fact. */
export interface Notice {
  notification: string;
  kind: string;
  userId: string;
  email: string;
  name: string | null;
  data: Record<string, unknown>;
  createdAt: Date;
}

/**
 * Hands committed facts on, oldest first, and marks them once `handOver` has resolved. Nothing is
 * locked meanwhile: a crash in between, or a second relay, hands the same facts over again, so
 * receivers must be idempotent. Returns how many were handed over.
 */
export async function relayFacts(
  db: Database,
  handOver: (facts: CommittedFact[]) => Promise<void>,
): Promise<number> {
  const rows = await db<CommittedFact[]>`
    select o.id::text as id, case when o.kind = 'topup-requested' then o.payload ->> 'attempt' end as "topUp"
    from bursar.outbox o where o.relayed_at is null order by o.id limit ${FACTS_AT_ONCE}`;
  if (rows.length === 0) return 0;
  await handOver([...rows]);
  const ids = rows.map((row) => row.id);
  await db`select bursar.mark_relayed(${ids}::text[]::bigint[])`;
  return ids.length;
}

/** Writes a fact's in-app notices, once per person, and returns those whose mail is not sent yet. */
export async function deliverFact(db: Database, fact: string): Promise<Notice[]> {
  return db<Notice[]>`
    select d.notification, d.kind, d.user_id as "userId", d.email, d.name, d.data, d.created_at as "createdAt"
    from bursar.deliver_fact(${fact}::text::bigint) d`;
}

export async function markMailed(db: Database, notification: string): Promise<void> {
  await db`select bursar.mark_mailed(${notification}::uuid)`;
}

/** Writes facts about credits that expire within `days`; at most a thousand lots a call. */
export async function warnExpiring(db: Database, days: number): Promise<number> {
  const rows = await db<
    { count: number }[]
  >`select bursar.warn_expiring(${days}::integer, 1000) as count`;
  return rows[0]?.count ?? 0;
}

/** Few enough that no statement holds its locks, or fills the log, for more than moments. */
const FORGOTTEN_AT_ONCE = 2_000;

/**
 * Drops facts that were relayed more than `days` ago, and answers of previews that nobody came for;
 * looks at no more than `limit` of each, a bounded statement at a time. Returns how many went.
 */
export async function forgetFacts(db: Database, days: number, limit: number): Promise<number> {
  let after = '0';
  let removed = 0;
  for (let seen = 0; seen < limit; seen += FORGOTTEN_AT_ONCE) {
    const [row] = await db<[{ removed: number; next: bigint | null }]>`
      select f.removed, f.next
      from bursar.forget_facts(make_interval(days => ${days}::integer), ${after}::text::bigint, ${FORGOTTEN_AT_ONCE}) f`;
    removed += row.removed;
    if (row.next === null) break;
    after = row.next.toString();
  }
  const previews = await inBatches(FORGOTTEN_AT_ONCE, limit, async (size) => {
    const [row] = await db<[{ count: number }]>`
      select bursar.forget_previews(${size}::integer) as count`;
    return row.count;
  });
  return removed + previews;
}
