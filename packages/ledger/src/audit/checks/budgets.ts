import type { SqlCheck } from '../check.ts';

/** The start of a budget's period in which a moment lies, reckoned anew. */
const periodOf = (moment: string) =>
  `case b.period when 'total' then '-infinity' else date_trunc(b.period::text, ${moment}, 'UTC') end`;

export const budgetChecks: readonly SqlCheck[] = [
  {
    name: 'budget-uses',
    statement:
      'A budget counts exactly the charges and holds that it limits, each in the period in which it was admitted; captures count where their hold does.',
    covers: 'select count(*) from bursar.budget_uses',
    violations: `
      with admitted as (
        select t.id as subject, t.wallet_id, t.on_behalf_of, t.product, split_part(o.caller, '/', 1) as key, t.created_at as at
        from bursar.transaction_history t
        join bursar.operations o on o.key = t.operation and o.type = 'charge'
        where t.kind = 'charge'
        union all
        select h.id, h.wallet_id, h.on_behalf_of, h.product, split_part(o.caller, '/', 1), h.created_at
        from bursar.holds h
        join bursar.operations o on o.key = h.operation
      ), expected as (
        select a.subject, b.number as budget, ${periodOf('a.at')} as starts_at
        from bursar.budgets b
        join admitted a on b.wallet_id in (a.wallet_id, a.on_behalf_of)
        where (b.member_id is null or b.member_id = a.wallet_id)
          and (b.product is null or b.product = a.product)
          and (b.api_key is null or b.api_key = a.key)
          and b.active_from <= a.at and a.at < b.ended_at
        union all
        select o.transaction_id, u.budget, u.starts_at
        from bursar.budget_uses u
        join bursar.holds h on h.id = u.subject
        join bursar.operations o on o.type = 'hold_capture' and o.status = 'succeeded'
          and o.result -> 'hold' ->> 'id' = bursar.public_id('hold', h.id)
        where o.transaction_id is not null
      )
      select coalesce(u.subject, e.subject),
        format('counts in budget %s from %s, should count in %s from %s', u.budget, u.starts_at, e.budget, e.starts_at)
      from bursar.budget_uses u
      full join expected e on e.subject = u.subject and e.budget = u.budget and e.starts_at = u.starts_at
      where u.subject is null or e.subject is null`,
  },
  {
    name: 'budget-periods',
    statement:
      'Each period of a budget has spent what its charges took and nobody gave back, and holds what its open holds set aside.',
    covers: 'select count(*) from bursar.budget_periods',
    violations: `
      with counted as (
        select u.budget, u.starts_at, -t.amount - coalesce((
          select sum(r.amount) from bursar.transaction_history r where r.corrects = t.id and r.kind = 'reversal'
        ), 0) as spent, 0 as held
        from bursar.budget_uses u
        join bursar.transaction_history t on t.id = u.subject
        union all
        select u.budget, u.starts_at, 0, s.pinned
        from bursar.budget_uses u
        join bursar.slices s on s.holder = u.subject
      ), total as (
        select c.budget, c.starts_at, sum(c.spent) as spent, sum(c.held) as held
        from counted c
        group by c.budget, c.starts_at
      )
      select format('budget %s from %s', coalesce(c.budget, t.budget), coalesce(c.starts_at, t.starts_at)),
        format('spent %s and held %s, its uses come to %s and %s', c.spent, c.held, t.spent, t.held)
      from bursar.budget_periods c
      full join total t on t.budget = c.budget and t.starts_at = c.starts_at
      where (c.spent, c.held) is distinct from (t.spent, t.held)`,
  },
  {
    name: 'budget-alerts',
    statement:
      'In its present period, a budget has told the highest percent that it reached, or a higher one.',
    covers: `select count(*) from bursar.budgets where ended_at = 'infinity'`,
    violations: `
      select b.id, format('told %s with %s of %s spent', c.alerted, c.spent, b.spending_limit)
      from bursar.budgets b
      join bursar.budget_periods c on c.budget = b.number and c.starts_at = ${periodOf('now()')}
      where b.ended_at = 'infinity' and (
        c.alerted <> all (b.alert_at || 0::smallint)
        or exists (
          select from unnest(b.alert_at) a (percent)
          where a.percent > c.alerted and c.spent > 0 and c.spent * 100.0 >= b.spending_limit * a.percent::numeric
        ))`,
  },
  {
    name: 'budget-terms',
    statement:
      'Of each id one budget is in force at most; only organizations have budgets of members, and none begins before it was made.',
    covers: 'select count(*) from bursar.budgets',
    violations: `
      select b.id, format('budget %s of %s', b.number, w.owner)
      from bursar.budgets b
      left join bursar.wallets w on w.id = b.wallet_id
      where w.id is null or b.active_from < b.created_at or b.ended_at < b.created_at
        or (b.member_id is not null and w.owner not like 'org:%')
        or (b.ended_at = 'infinity' and exists (
          select from bursar.budgets o where o.id = b.id and o.number <> b.number and o.ended_at > b.created_at
        ))`,
  },
  {
    name: 'budget-flags',
    statement: 'A wallet is marked as having budgets if, and only if, one of them is in force.',
    covers: 'select count(*) from bursar.wallets where budgeted',
    violations: `
      select w.owner, format('marked %s', w.budgeted)
      from bursar.wallets w
      where w.budgeted <> exists (
        select from bursar.budgets b where b.wallet_id = w.id and b.ended_at = 'infinity'
      )`,
  },
];
