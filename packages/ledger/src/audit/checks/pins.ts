import type { SqlCheck } from '../check.ts';

const HOLDS = 'select count(*) from bursar.holds';

export const pinChecks: readonly SqlCheck[] = [
  {
    name: 'lot-held',
    statement:
      'What a lot holds aside equals its pinned slices, and each slice is of its own wallet.',
    covers: 'select count(*) from bursar.lots',
    violations: `
      select l.id, format('held %s, slices pin %s', l.held, coalesce(s.pinned, 0))
      from bursar.lots l
      left join (
        select s.lot_id, sum(s.pinned) as pinned from bursar.slices s where s.pinned > 0 group by s.lot_id
      ) s on s.lot_id = l.id
      where l.held <> coalesce(s.pinned, 0)
      union all
      select s.lot_id, format('slice %s of %s is counted to wallet %s', s.position, s.holder, s.wallet_id)
      from bursar.slices s
      left join bursar.lots l on l.id = s.lot_id
      where l.wallet_id is distinct from s.wallet_id or s.pinned > s.amount or s.pinned < 0`,
  },
  {
    name: 'slices-owned',
    statement:
      'A hold or allocation owns the slices of its whole amount, and pins what it has neither used nor freed.',
    covers:
      'select (select count(*) from bursar.holds) + (select count(*) from bursar.allocations)',
    violations: `
      with said as (
        -- What a placing set aside, and what extensions added to it.
        select o.result -> 'hold' ->> 'id' as hold,
          sum(coalesce(o.result ->> 'added', o.result -> 'hold' ->> 'amount')::numeric * 1000000) as amount
        from bursar.operations o
        where o.type in ('hold', 'hold_extension') and o.status = 'succeeded'
        group by o.result -> 'hold' ->> 'id'
      ), holder as (
        select h.id, h.wallet_id, s.amount,
          case when h.status = 'open' then greatest(h.amount - h.captured, 0) else 0 end::numeric as pinned
        from bursar.holds h
        left join said s on s.hold = bursar.public_id('hold', h.id)
        union all
        select a.id, a.wallet_id, sum(coalesce(p.amount, a.amount_per_recipient)),
          coalesce(sum(coalesce(p.amount, a.amount_per_recipient)) filter (where p.transaction_id is null), 0)
        from bursar.allocations a
        join bursar.allocation_parts p on p.allocation_id = a.id
        group by a.id, a.wallet_id
      ), slice as (
        select s.holder, min(s.wallet_id) as wallet_id, sum(s.amount) as amount, sum(s.pinned) as pinned,
          count(*) as slices, max(s.position) as last, count(distinct s.wallet_id) as wallets
        from bursar.slices s
        group by s.holder
      )
      select coalesce(h.id, s.holder),
        format('slices of %s pin %s, the holder has %s and sets %s aside', s.amount, s.pinned, h.amount, h.pinned)
      from holder h
      full join slice s on s.holder = h.id
      where h.id is null or s.holder is null
        or h.wallet_id <> s.wallet_id or s.wallets > 1 or s.slices <> s.last
        or h.amount is distinct from s.amount or h.pinned <> s.pinned`,
  },
  {
    name: 'hold-captures',
    statement:
      'What a hold captured equals the charges that name it, in its own wallet, each asked for by a capture of it.',
    covers: HOLDS,
    violations: `
      with captured as (
        select t.hold, -sum(t.amount) as amount, min(t.wallet_id) as wallet_id, count(distinct t.wallet_id) as wallets,
          bool_and(coalesce(t.kind = 'charge' and o.type = 'hold_capture' and o.transaction_id = t.id
            and o.result -> 'hold' ->> 'id' = bursar.public_id('hold', t.hold), false)) as asked
        from bursar.transaction_history t
        left join bursar.operations o on o.key = t.operation
        where t.hold is not null or o.type = 'hold_capture'
        group by t.hold
      )
      select coalesce(h.id, c.hold), format('captured %s, charges %s', h.captured, coalesce(c.amount, 0))
      from bursar.holds h
      full join captured c on c.hold = h.id
      where h.id is null or h.captured <> coalesce(c.amount, 0) or h.wallet_id <> c.wallet_id or c.wallets > 1
        or not coalesce(c.asked, c.hold is null)`,
  },
  {
    name: 'hold-states',
    statement:
      'A hold ends exactly once, within a week, and is what the last operation on it was answered with, or ran out since.',
    covers: HOLDS,
    violations: `
      with word as (
        select distinct on (o.result -> 'hold' ->> 'id') o.result -> 'hold' as hold
        from bursar.operations o
        where o.type in ('hold', 'hold_capture', 'hold_release', 'hold_extension') and o.status = 'succeeded'
        order by o.result -> 'hold' ->> 'id', o.completed_at desc
      )
      select h.id, format('%s, closed at %s, captured %s of %s; the last answer was %s', h.status, h.closed_at,
        h.captured, h.amount, w.hold)
      from bursar.holds h
      left join bursar.operations o on o.key = h.operation
      left join word w on w.hold ->> 'id' = bursar.public_id('hold', h.id)
      where (h.status = 'open') <> (h.closed_at is null)
        or (h.status = 'captured' and h.captured = 0)
        or not (0 <= h.overdraft_used and h.overdraft_used <= h.overdraft)
        or h.expires_at > h.created_at + bursar.hold_life_limit()
        or o.type is distinct from 'hold'
        or o.status <> 'succeeded'
        or o.result -> 'hold' ->> 'id' is distinct from bursar.public_id('hold', h.id)
        or w.hold ->> 'amount' is distinct from bursar.credits_text(h.amount)
        or w.hold ->> 'captured' is distinct from bursar.credits_text(h.captured)
        or w.hold ->> 'overdraft' is distinct from bursar.credits_text(h.overdraft)
        or w.hold ->> 'overdraft_used' is distinct from bursar.credits_text(h.overdraft_used)
        or w.hold ->> 'expires_at' is distinct from bursar.instant_text(h.expires_at)
        or w.hold ->> 'status' is distinct from (case h.status when 'expired' then 'open' else h.status end)::text`,
  },
];
