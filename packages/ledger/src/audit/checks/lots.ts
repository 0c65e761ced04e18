import type { SqlCheck } from '../check.ts';

const LOTS = 'select count(*) from bursar.lots';

export const lotChecks: readonly SqlCheck[] = [
  {
    name: 'lot-bounds',
    statement:
      'In every lot 0 <= held <= remaining <= amount, and it is closed when nothing remains.',
    covers: LOTS,
    violations: `
      select l.id, format('amount %s, remaining %s, held %s, closed %s', l.amount, l.remaining, l.held, l.closed)
      from bursar.lots l
      where not (0 <= l.held and l.held <= l.remaining and l.remaining <= l.amount)
        or l.closed <> (l.remaining = 0)
        or l.effective_at >= l.expires_at`,
  },
  {
    name: 'lot-remaining',
    statement: 'What remains of a lot equals what came into it less what left it.',
    covers: LOTS,
    violations: `
      with flow as (
        select s.lot_id, sum(s.amount) as net
        from bursar.movement_history m
        cross join lateral (values (m.to_lot, m.amount), (m.from_lot, -m.amount)) s (lot_id, amount)
        where s.lot_id is not null
        group by s.lot_id
      )
      select coalesce(l.id, f.lot_id), format('remaining %s, movements leave %s', l.remaining, coalesce(f.net, 0))
      from bursar.lots l
      full join flow f on f.lot_id = l.id
      where l.id is null or l.remaining <> coalesce(f.net, 0)`,
  },
  {
    name: 'lot-entry',
    statement:
      "A lot's amount is what entered it in the one transaction that made it, at that moment.",
    covers: LOTS,
    violations: `
      select l.id, format('amount %s, entered %s in transaction %s', l.amount, coalesce(e.amount, 0), l.transaction_id)
      from bursar.lots l
      left join (
        select m.transaction_id, m.to_lot, sum(m.amount) as amount
        from bursar.movement_history m
        where m.to_lot is not null
        group by m.transaction_id, m.to_lot
      ) e on e.transaction_id = l.transaction_id and e.to_lot = l.id
      left join bursar.transaction_history t on t.id = l.transaction_id and t.wallet_id = l.wallet_id
      where e.amount is null or e.amount <> l.amount or t.created_at is distinct from l.created_at`,
  },
  {
    name: 'lot-terms',
    statement:
      'A lot has the kind, priority, cost basis, expiry and origin that the credits which made it had.',
    covers: LOTS,
    violations: `
      with recursive line as (
        select l.id as lot_id, l.wallet_id as home, source.id, source.wallet_id, source.parent_lot, 1 as step
        from bursar.lots l
        join bursar.lots source on source.id = l.parent_lot
        where source.allocated_by = l.wallet_id
        union all
        select line.lot_id, line.home, parent.id, parent.wallet_id, parent.parent_lot, line.step + 1
        from line
        join bursar.lots parent on parent.id = line.parent_lot
        where line.wallet_id <> line.home and line.step < 1000
      )
      select l.id, format('%s from %s does not keep the terms it came with', l.kind, m.from_account)
      from bursar.lots l
      join bursar.movement_history m on m.transaction_id = l.transaction_id and m.to_lot = l.id
      left join bursar.lots source on source.id = l.parent_lot
      -- What comes home becomes what it was when it last lay in this wallet.
      left join line on line.lot_id = l.id and line.wallet_id = l.wallet_id
      left join bursar.lots origin on origin.id = line.id
      left join bursar.wallets giver on giver.id = m.from_wallet
      left join bursar.transaction_history t on t.id = l.transaction_id and t.wallet_id = l.wallet_id
      where not coalesce(case
        when m.from_account::text like 'issued:%' then
          m.from_account::text = 'issued:' || l.kind
          and (l.parent_lot, l.allocated_by) is not distinct from (null::uuid, null::bigint)
          and (l.kind = 'purchased' or t.kind in ('subscription', 'purchase') or (l.unit_cost, l.cost_currency, l.purchase_id)
            is not distinct from (0::bigint, null::text, null::uuid))
        when t.kind = 'rollover' then
          l.parent_lot = m.from_lot and l.effective_at = l.created_at and l.expires_at > source.expires_at
          and (l.kind, l.priority, l.unit_cost, l.cost_currency, l.allocated_by, l.purchase_id)
            is not distinct from (source.kind, source.priority, source.unit_cost, source.cost_currency,
              source.allocated_by, source.purchase_id)
        when m.from_account = 'credits' then
          l.parent_lot = m.from_lot
          and (l.unit_cost, l.cost_currency, l.effective_at, l.expires_at)
            is not distinct from (source.unit_cost, source.cost_currency, source.effective_at, source.expires_at)
          and case when source.allocated_by = l.wallet_id then
            (l.kind, l.priority, l.allocated_by, l.purchase_id)
              is not distinct from (origin.kind, origin.priority, origin.allocated_by, origin.purchase_id)
          else
            (l.kind, l.priority, l.allocated_by, l.purchase_id) is not distinct from ('allocated'::bursar.lot_kind,
              source.priority, case when giver.owner like 'org:%' then giver.id end, null::uuid)
          end
        when l.parent_lot is null then
          (l.kind, l.priority, l.unit_cost, l.cost_currency, l.expires_at, l.allocated_by, l.purchase_id)
            is not distinct from ('adjustment'::bursar.lot_kind, 50::smallint, 0::bigint, null::text,
              'infinity'::timestamptz, null::bigint, null::uuid)
        else
          source.wallet_id = l.wallet_id
          and source.expires_at <= l.created_at
          and (l.kind, l.priority, l.unit_cost, l.cost_currency, l.effective_at, l.allocated_by, l.purchase_id)
            is not distinct from (source.kind, source.priority, source.unit_cost, source.cost_currency, l.created_at,
              source.allocated_by, source.purchase_id)
      end, false)`,
  },
  {
    name: 'granted-lots',
    statement: 'A granted lot is what the operator was answered: its amount, kind and expiry.',
    covers: `select count(*) from bursar.operations where type = 'grant' and status = 'succeeded'`,
    violations: `
      select o.key, format('answered %s, the lot is %s of %s until %s', o.result -> 'lot', l.amount, l.kind, l.expires_at)
      from bursar.operations o
      left join bursar.lots l on l.transaction_id = o.transaction_id
      where o.type = 'grant' and o.status = 'succeeded' and (
        (l.id is null) <> (coalesce(jsonb_typeof(o.result -> 'lot'), 'null') = 'null')
        or l.kind::text <> o.result -> 'lot' ->> 'kind'
        or bursar.credits_text(l.amount) <> o.result -> 'lot' ->> 'amount'
        or bursar.instant_text(nullif(l.expires_at, 'infinity')) is distinct from o.result -> 'lot' ->> 'expires_at')`,
  },
  {
    name: 'lot-life',
    statement:
      'No lot is used before it is effective or after it expired, unless a hold or allocation pinned it.',
    covers: 'select count(*) from bursar.movement_history where from_lot is not null',
    violations: `
      with late as (
        select t.id, t.kind, t.operation, t.created_at, m.from_lot, l.effective_at, l.expires_at, sum(m.amount) as amount
        from bursar.movement_history m
        join bursar.lots l on l.id = m.from_lot
        join bursar.transaction_history t on t.id = m.transaction_id and t.wallet_id = m.from_wallet
        where case when t.kind = 'expiry' then t.created_at < l.expires_at
          -- Given up with all the rest, whether it had become effective or not.
          when t.kind = 'forfeiture' then t.created_at >= l.expires_at
          else t.created_at < l.effective_at or t.created_at >= l.expires_at end
        group by t.id, t.kind, t.operation, t.created_at, m.from_lot, l.effective_at, l.expires_at
      ), pinned as (
        select late.id, late.from_lot
        from late
        join (
          -- An extension may have pinned the same lot once more.
          select s.holder, s.lot_id, sum(s.amount - s.pinned) as used from bursar.slices s group by s.holder, s.lot_id
        ) s on s.lot_id = late.from_lot and s.used >= late.amount
        left join bursar.holds h on h.id = s.holder
        left join bursar.allocations a on a.id = s.holder
        left join bursar.operations o on o.key = late.operation
        where (late.kind = 'allocation' and a.operation = late.operation)
          or (late.kind = 'charge' and o.type = 'hold_capture'
            and o.result -> 'hold' ->> 'id' = bursar.public_id('hold', h.id))
      )
      select late.id, format('lot %s, effective %s and expiring %s, was used by a %s at %s',
        late.from_lot, late.effective_at, late.expires_at, late.kind, late.created_at)
      from late
      where not exists (select from pinned p where p.id = late.id and p.from_lot = late.from_lot)`,
  },
];
