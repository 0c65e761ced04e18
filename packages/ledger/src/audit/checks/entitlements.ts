import type { SqlCheck } from '../check.ts';

const ENTITLEMENTS = 'select count(*) from bursar.entitlements';

export const entitlementChecks: readonly SqlCheck[] = [
  {
    name: 'entitlements',
    statement:
      'What an organization gives by itself is paid in full by one transfer of its operation, or not at all.',
    covers: ENTITLEMENTS,
    violations: `
      with entitlement as (
        select e.*, own.id as own, pool.id as pool,
          case e.kind when 'default' then 'default_allocation' else 'seat_assignment' end as type
        from bursar.entitlements e
        left join bursar.wallets own on own.owner = 'user:' || e.user_id
        left join bursar.wallets pool on pool.owner = 'org:' || e.organization_id
      )
      select e.operation, format('%s %s of %s is %s with transaction %s; its operation is a %s %s, the transfer is of %s',
        e.kind, e.occasion, e.amount, e.status, e.transaction_id, o.status, o.type, t.amount)
      from entitlement e
      left join bursar.operations o on o.key = e.operation
      left join bursar.transaction_history t on t.id = e.transaction_id and t.wallet_id = e.own
      where o.key is null
        or o.type::text <> e.type
        or (o.status = 'pending') <> (e.status = 'delayed')
        or o.status = 'rejected'
        or (e.status = 'paid') <> (e.transaction_id is not null)
        or (e.status = 'delayed') <> (e.settled_at is null)
        or o.transaction_id is distinct from e.transaction_id
        or (e.status = 'paid' and (e.pool, e.amount, 'transfer'::bursar.transaction_kind, e.operation)
          is distinct from (t.counterparty, t.amount, t.kind, t.operation))
        or (e.kind = 'default') <> (e.occasion = 'ever')
      union all
      select o.key, format('a %s paid without an entitlement', o.type)
      from bursar.operations o
      left join bursar.entitlements e on e.operation = o.key
      where o.type in ('default_allocation', 'seat_assignment') and o.transaction_id is not null and e.operation is null
      union all
      select min(e.operation::text)::uuid, format('%s of %s in %s was given %s times for %s',
        e.kind, e.user_id, e.organization_id, count(*), e.occasion)
      from bursar.entitlements e
      group by e.organization_id, e.user_id, e.kind, e.occasion
      having count(*) > 1`,
  },
  {
    name: 'seats',
    statement: 'Only members have seats, and what waits to be paid for a seat has its seat.',
    covers: 'select count(*) from bursar.seats',
    violations: `
      select s.organization_id || ' ' || s.user_id, format('the seat is %s, the member %s', s.status, m.status)
      from bursar.seats s
      left join bursar.memberships m on m.organization_id = s.organization_id and m.user_id = s.user_id
      where m.user_id is null
        or (s.status = 'assigned' and m.status = 'removed')
        or (s.status = 'revoked') <> (s.revoked_at is not null)
      union all
      select e.organization_id || ' ' || e.user_id, format('a %s is delayed, the seat is %s, the member %s', e.kind, s.status, m.status)
      from bursar.entitlements e
      left join bursar.memberships m on m.organization_id = e.organization_id and m.user_id = e.user_id
      left join bursar.seats s on s.organization_id = e.organization_id and s.user_id = e.user_id
      where e.status = 'delayed'
        and (coalesce(m.status, 'removed') = 'removed' or (e.kind = 'seat' and s.status is distinct from 'assigned'))`,
  },
  {
    name: 'rule-runs',
    statement: 'A rule that has run in a period did so by one operation of its own.',
    covers: 'select count(*) from bursar.rule_runs',
    violations: `
      select x.organization_id || ' ' || x.rule_id || ' ' || x.period, format('%s by operation %s, a %s %s', x.status, x.operation, o.status, o.type)
      from bursar.rule_runs x
      left join bursar.operations o on o.key = x.operation
      where (x.status <> 'done' and x.operation is not null)
        or (x.operation is not null and (o.key is null or o.caller <> 'system/rules' or o.status = 'rejected'
          or x.operation <> md5(format('rule %s %s %s', x.organization_id, x.rule_id, x.period))::uuid))
      union all
      select o.key::text, 'an operation of rules belongs to no run'
      from bursar.operations o
      left join bursar.rule_runs x on x.operation = o.key
      where o.caller = 'system/rules' and x.operation is null`,
  },
];
