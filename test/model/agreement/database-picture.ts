import type { Database } from '@bursar/ledger/administration';
import type { Picture } from './picture.ts';

/** Which part of the database belongs to a scenario, and how its clock runs. */
export interface Frame {
  /** In the order of the wallets' ids. */
  owners: string[];
  /** Operation keys of the scenario's purchases, in their order. */
  purchases: string[];
  /** When the scenario began, in milliseconds, and how far it has travelled since. */
  base: number;
  travelled: number;
}

/** Draws the scenario's part of the database; entries only after the versions that were seen. */
export async function drawDatabase(
  db: Database,
  frame: Frame,
  seen: ReadonlyMap<string, number>,
): Promise<Picture> {
  const { owners, purchases } = frame;
  const since = owners.map((owner) => String(seen.get(owner) ?? 0));
  // An instant of the database as hours since the scenario began, on the scenario's clock.
  const hour = (column: string) =>
    db.unsafe(
      `round((extract(epoch from ${column}) * 1000 - ${frame.base} + ${frame.travelled}) / 3600000)::int`,
    );
  const rows = await db<{ picture: Picture }[]>`
    with wallet as (
      select w.*, s.seen
      from unnest(${owners}::text[], ${since}::text[]::bigint[]) s (owner, seen)
      join bursar.wallets w on w.owner = s.owner
    ), lot as (
      select l.*, w.owner || '#' || row_number() over (partition by w.id order by l.created_at, l.id) as name
      from wallet w join bursar.lots l on l.wallet_id = w.id
    ), purchase as (
      select p.id, p.status, p.taken_back, k.ord - 1 as position
      from unnest(${purchases}::text[]::uuid[]) with ordinality k (key, ord)
      join bursar.purchases p on p.operation = k.key
    ), period as (
      select p.id, p.taken_back, p.rolled, row_number() over (order by p.created_at, p.id) - 1 as position
      from wallet w join bursar.subscription_periods p on p.wallet_id = w.id
    ), hold as (
      select h.*, w.owner, row_number() over (order by h.created_at, h.id) - 1 as position
      from wallet w join bursar.holds h on h.wallet_id = w.id
    ), entry as (
      select t.*, w.owner from wallet w join bursar.transactions t on t.wallet_id = w.id and t.version > w.seen
    )
    select json_build_object(
      'wallets', (select json_agg(json_build_object(
        'owner', w.owner, 'credits', w.credits::text, 'held', w.held::text, 'owed', w.owed::text,
        'version', w.version) order by w.id) from wallet w),
      'lots', (select coalesce(json_agg(json_build_object(
        'lot', l.name, 'kind', l.kind, 'priority', l.priority, 'amount', l.amount::text,
        'remaining', l.remaining::text, 'held', l.held::text, 'unitCost', l.unit_cost::text,
        'currency', l.cost_currency, 'effectiveHour', ${hour('l.effective_at')},
        'expiresHour', case when isfinite(l.expires_at) then ${hour('l.expires_at')} end,
        'parent', (select parent.name from lot parent where parent.id = l.parent_lot),
        'allocatedBy', (select w.owner from wallet w where w.id = l.allocated_by),
        'purchase', (select p.position from purchase p where p.id = l.purchase_id),
        'period', (select p.position from period p where p.id = l.purchase_id)
      ) order by l.wallet_id, l.created_at, l.id), '[]') from lot l),
      'entries', (select coalesce(json_agg(json_build_object(
        'entry', e.owner || '@' || e.version, 'kind', e.kind, 'amount', e.amount::text,
        'balanceAfter', e.balance_after::text, 'owedAfter', e.owed_after::text, 'operation', e.operation,
        'corrects', (select e.owner || '@' || c.version from bursar.transactions c
          where c.id = e.corrects and c.wallet_id = e.wallet_id),
        'quantity', e.quantity::text, 'hold', (select h.position from hold h where h.id = e.hold),
        'movements', (
          select json_agg(m.amount || ' '
            || coalesce(source.name, 'debt of ' || giver.owner, m.from_account::text) || ' > '
            || coalesce(target.name, 'debt of ' || taker.owner, m.to_account::text) order by m.position)
          from bursar.movement_history m
          left join lot source on source.id = m.from_lot
          left join wallet giver on giver.id = m.from_wallet
          left join lot target on target.id = m.to_lot
          left join wallet taker on taker.id = m.to_wallet
          where m.transaction_id = e.id)
      ) order by e.wallet_id, e.version), '[]') from entry e),
      'holds', (select coalesce(json_agg(json_build_object(
        'wallet', h.owner, 'amount', h.amount::text, 'quantity', h.quantity::text, 'captured', h.captured::text, 'status', h.status,
        'overdraft', h.overdraft::text, 'overdraftUsed', h.overdraft_used::text, 'expiresHour', ${hour('h.expires_at')},
        'pinned', (select json_agg(s.pinned || ' ' || l.name order by s.position)
          from bursar.slices s join lot l on l.id = s.lot_id where s.holder = h.id)
      ) order by h.position), '[]') from hold h),
      'requests', (select coalesce(json_agg(json_build_object(
        'status', r.status, 'granted', r.granted::text) order by r.created_at, r.id), '[]')
        from wallet w join bursar.credit_requests r on 'org:' || r.organization_id = w.owner),
      'seats', (select coalesce(json_agg(json_build_object('organization', 'org:' || s.organization_id,
        'member', 'user:' || s.user_id, 'status', s.status)), '[]')
        from wallet w join bursar.seats s on 'org:' || s.organization_id = w.owner),
      'entitlements', (select coalesce(json_agg(json_build_object('member', 'user:' || e.user_id,
        'kind', e.kind, 'amount', e.amount::text, 'status', e.status)), '[]')
        from wallet w join bursar.entitlements e on 'org:' || e.organization_id = w.owner),
      'purchases', (select coalesce(json_agg(json_build_object(
        'status', p.status, 'takenBack', p.taken_back::text) order by p.position), '[]') from purchase p),
      'periods', (select coalesce(json_agg(json_build_object(
        'takenBack', p.taken_back::text, 'rolled', p.rolled::text) order by p.position), '[]') from period p),
      'budgets', (select coalesce(json_agg(json_build_object(
        'id', b.id, 'wallet', w.owner, 'ended', b.ended_at < 'infinity', 'periods', (
          select coalesce(json_agg(concat_ws(' ', c.spent, c.held, c.alerted) order by c.starts_at), '[]')
          from bursar.budget_periods c where c.budget = b.number)
      ) order by b.number), '[]') from wallet w join bursar.budgets b on b.wallet_id = w.id),
      'alerts', (select coalesce(json_agg(concat_ws(' ',
        o.payload ->> 'budget', o.payload ->> 'percent', ((o.payload ->> 'spent')::numeric * 1000000)::bigint
      ) order by o.id), '[]') from wallet w join bursar.outbox o on o.subject_wallet = w.id and o.kind = 'budget-alert')
    ) as picture`;
  const { picture } = rows[0]!;
  const seatName = (seat: Picture['seats'][number]) => `${seat.organization} ${seat.member}`;
  picture.seats.sort((a, b) => (seatName(a) < seatName(b) ? -1 : 1));
  picture.entitlements.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return picture;
}
