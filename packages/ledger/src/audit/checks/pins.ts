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
      with holder as (
        select h.id, h.wallet_id, h.amount::numeric as amount,
          case when h.status = 'open' then h.amount - h.captured else 0 end::numeric as pinned
        from bursar.holds h
        union all
        select a.id, a.wallet_id, a.amount_per_recipient::numeric * a.recipients,
          a.amount_per_recipient::numeric * (a.recipients - a.done)
        from bursar.allocations a
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
        or h.amount <> s.amount or h.pinned <> s.pinned`,
  },
  {
    name: 'hold-captures',
    statement: 'What a hold captured equals the charges of its captures, in its own wallet.',
    covers: HOLDS,
    violations: `
      with captured as (
        select o.result -> 'hold' ->> 'id' as hold, -sum(t.amount) as amount,
          min(t.wallet_id) as wallet_id, count(distinct t.wallet_id) as wallets
        from bursar.operations o
        join bursar.transactions t on t.id = o.transaction_id and t.operation = o.key
        where o.type = 'hold_capture' and o.status = 'succeeded'
        group by o.result -> 'hold' ->> 'id'
      ), hold as (
        select bursar.public_id('hold', h.id) as id, h.wallet_id, h.captured from bursar.holds h
      )
      select coalesce(h.id, c.hold), format('captured %s, charges %s', h.captured, coalesce(c.amount, 0))
      from hold h
      full join captured c on c.hold = h.id
      where h.id is null or h.captured <> coalesce(c.amount, 0) or h.wallet_id <> c.wallet_id or c.wallets > 1`,
  },
  {
    name: 'hold-states',
    statement: 'A hold ends exactly once, and is the one its operation was answered with.',
    covers: HOLDS,
    violations: `
      select h.id, format('%s, closed at %s, captured %s of %s', h.status, h.closed_at, h.captured, h.amount)
      from bursar.holds h
      left join bursar.operations o on o.key = h.operation
      where (h.status = 'open') <> (h.closed_at is null)
        or (h.status = 'open' and h.captured >= h.amount)
        or (h.status in ('released', 'expired') and h.captured >= h.amount)
        or o.type is distinct from 'hold'
        or o.status <> 'succeeded'
        or o.result -> 'hold' ->> 'id' is distinct from bursar.public_id('hold', h.id)
        or o.result -> 'hold' ->> 'amount' is distinct from bursar.credits_text(h.amount)
        or o.result -> 'hold' ->> 'expires_at' is distinct from bursar.instant_text(h.expires_at)`,
  },
];
