import type { Database } from '@bursar/ledger/administration';
import { bareId, type Cast } from './cast.ts';
import { putModelPrice } from './quantities.ts';

/** Makes the people, organizations, memberships and wallets of a cast in one round trip. */
export async function seatCast(
  db: Database,
  cast: Cast,
  limits: readonly (bigint | null)[],
): Promise<void> {
  await putModelPrice(db);
  const owners = cast.owners.slice(0, -1);
  await db`
    with people as (
      insert into bursar.users (id) select unnest(${cast.users.map(bareId)}::text[])
    ), pools as (
      insert into bursar.organizations (id, name) select p, p from unnest(${cast.pools.map(bareId)}::text[]) p
    ), members as (
      insert into bursar.memberships (organization_id, user_id, role)
      select m.pool, m.person, m.role::bursar.member_role
      from unnest(
        ${cast.members.map((m) => bareId(m.pool))}::text[],
        ${cast.members.map((m) => bareId(m.user))}::text[],
        ${cast.members.map((m) => m.role)}::text[]
      ) m (pool, person, role)
    )
    insert into bursar.wallets (owner, overdraft_limit)
    select w.owner, w.overdraft
    from unnest(${owners}::text[], ${limits.map((limit) => limit?.toString() ?? null)}::text[]::bigint[])
      with ordinality w (owner, overdraft, ord)
    order by w.ord`;
  await db`
    insert into bursar.api_keys (id, name, hash, last_four, scopes)
    values (${cast.key.id}, 'model', ${Buffer.from(cast.key.caller)}, 'last', '{}')`;
}

/** Moves what happened to these wallets into the past, so that time has passed. Only what operations
 * were answered with keeps its instants. */
export async function travel(
  db: Database,
  owners: readonly string[],
  hours: number,
): Promise<void> {
  const past = db`make_interval(hours => ${hours}::integer)`;
  await db`
    with wallet as (
      update bursar.wallets w set next_change_at = w.next_change_at - ${past}
      where w.owner = any (${[...owners]}::text[])
      returning w.id, w.owner
    ), lot as (
      update bursar.lots l
      set effective_at = l.effective_at - ${past}, expires_at = l.expires_at - ${past},
        created_at = l.created_at - ${past}
      from wallet w where l.wallet_id = w.id
    ), period as (
      update bursar.subscription_periods p
      set expires_at = p.expires_at - ${past}, created_at = p.created_at - ${past}
      from wallet w where p.wallet_id = w.id
    ), transaction as (
      update bursar.transactions t set created_at = t.created_at - ${past}
      from wallet w where t.wallet_id = w.id
    ), slice as (
      update bursar.slices s set pinned_at = s.pinned_at - ${past}
      from wallet w where s.wallet_id = w.id and s.pinned_at is not null
    ), allocation as (
      update bursar.allocations a
      set created_at = a.created_at - ${past}, completed_at = a.completed_at - ${past}
      from wallet w where a.wallet_id = w.id
    ), request as (
      update bursar.credit_requests r
      set expires_at = r.expires_at - ${past}, decided_at = r.decided_at - ${past}, created_at = r.created_at - ${past}
      from wallet w where 'org:' || r.organization_id = w.owner
    ), budget as (
      update bursar.budgets b
      set active_from = b.active_from - ${past}, ended_at = b.ended_at - ${past}, created_at = b.created_at - ${past}
      from wallet w where b.wallet_id = w.id
    )
    update bursar.holds h
    set expires_at = h.expires_at - ${past}, created_at = h.created_at - ${past},
      closed_at = h.closed_at - ${past}
    from wallet w where h.wallet_id = w.id`;
}
