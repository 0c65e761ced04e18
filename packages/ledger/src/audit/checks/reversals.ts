import type { SqlCheck } from '../check.ts';

const CORRECTIONS = 'select count(*) from bursar.transaction_history where corrects is not null';

export const reversalChecks: readonly SqlCheck[] = [
  {
    name: 'corrections',
    statement:
      'A correction names an earlier transaction of the same wallet, and one of the kind that it can correct.',
    covers: `select count(*) from bursar.transaction_history
      where corrects is not null or kind in ('reversal', 'refund', 'dispute')`,
    violations: `
      select t.id, format('this %s of %s corrects %s, a %s', t.kind, t.amount, t.corrects, coalesce(o.kind::text, 'missing one'))
      from bursar.transaction_history t
      left join bursar.transaction_history o on o.id = t.corrects and o.wallet_id = t.wallet_id and o.version < t.version
      where (t.corrects is not null or t.kind in ('reversal', 'refund', 'dispute'))
        and not coalesce(case
          when t.kind = 'reversal' then o.kind = 'charge' and t.amount > 0
          when t.kind in ('refund', 'dispute') and t.amount < 0 then o.kind in ('purchase', 'subscription')
          when t.kind in ('refund', 'dispute') then o.kind = t.kind and o.amount < 0
          else false
        end, false)`,
  },
  {
    name: 'corrections-bounded',
    statement: 'Nothing is given back beyond what was taken, neither in all nor to any one lot.',
    covers: CORRECTIONS,
    violations: `
      select o.id, format('%s was taken and %s given back', -o.amount, sum(t.amount))
      from bursar.transaction_history o
      join bursar.transaction_history t on t.corrects = o.id and t.amount > 0
      group by o.id, o.wallet_id, o.amount
      having sum(t.amount) > -o.amount
      union all
      select g.taking, format('%s was given back to lot %s, from which %s was taken', g.amount, g.lot_id, coalesce(u.amount, 0))
      from (
        -- Credits of a lot that had expired came back as another lot, which names it as its parent.
        select t.corrects as taking, coalesce(case when l.transaction_id = t.id then l.parent_lot end, l.id) as lot_id,
          sum(m.amount) as amount
        from bursar.transaction_history t
        join bursar.movement_history m on m.transaction_id = t.id and m.to_lot is not null
        join bursar.lots l on l.id = m.to_lot
        where t.corrects is not null and t.amount > 0 and (l.transaction_id <> t.id or l.parent_lot is not null)
        group by 1, 2
      ) g
      left join (
        select m.transaction_id, m.from_lot, sum(m.amount) as amount
        from bursar.movement_history m
        where m.from_lot is not null
        group by m.transaction_id, m.from_lot
      ) u on u.transaction_id = g.taking and u.from_lot = g.lot_id
      where g.amount > coalesce(u.amount, 0)`,
  },
  {
    name: 'grace-once',
    statement:
      'Credits that came back after their expiry live through one grace, and never another.',
    covers: `select count(*) from bursar.lots l
      join bursar.transaction_history t on t.id = l.transaction_id and t.wallet_id = l.wallet_id
      where l.parent_lot is not null and t.kind in ('reversal', 'refund', 'dispute')`,
    violations: `
      with recursive grace as materialized (
        select l.id, l.parent_lot, l.expires_at
        from bursar.lots l
        join bursar.transaction_history t on t.id = l.transaction_id and t.wallet_id = l.wallet_id
        where l.parent_lot is not null and t.kind in ('reversal', 'refund', 'dispute')
      ), line as (
        select g.id as grace, g.parent_lot as id from grace g
        union
        select line.grace, l.parent_lot
        from line
        join bursar.lots l on l.id = line.id and l.parent_lot is not null
      )
      select g.id, format('until %s, after lot %s until %s', g.expires_at, before.id, before.expires_at)
      from line
      join grace g on g.id = line.grace
      join grace before on before.id = line.id`,
  },
];
