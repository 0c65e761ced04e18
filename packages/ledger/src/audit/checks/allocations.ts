import type { SqlCheck } from '../check.ts';

const ALLOCATIONS = 'select count(*) from bursar.allocations';

export const allocationChecks: readonly SqlCheck[] = [
  {
    name: 'allocation-parts',
    statement:
      'An allocation has one part per recipient, as many done as it says, and the sum of their amounts.',
    covers: ALLOCATIONS,
    violations: `
      select a.id, format('%s recipients, %s done, %s; parts: %s, done: %s',
        a.recipients, a.done, a.status, coalesce(p.parts, 0), coalesce(p.done, 0))
      from bursar.allocations a
      left join (
        select p.allocation_id, count(*) as parts, count(p.transaction_id) as done, count(p.amount) as own, sum(p.amount) as total,
          count(distinct p.wallet_id) as wallets, min(p.position) as first, max(p.position) as last
        from bursar.allocation_parts p
        group by p.allocation_id
      ) p on p.allocation_id = a.id
      where coalesce(p.parts, 0) <> a.recipients
        or p.wallets <> p.parts
        or p.first <> 1
        or p.last <> p.parts
        or p.done <> a.done
        or (a.amount_per_recipient is null) <> (a.total is not null)
        or p.own <> case when a.total is null then 0 else p.parts end
        or a.total <> p.total
        or (a.status = 'completed') <> (a.done = a.recipients)
        or (a.status = 'completed') <> (a.completed_at is not null)`,
  },
  {
    name: 'allocation-sums',
    statement:
      'Each part that is done moved exactly its share, once, from the pool to its recipient.',
    covers: 'select count(*) from bursar.allocation_parts where transaction_id is not null',
    violations: `
      with part as (
        select p.transaction_id, p.wallet_id, a.wallet_id as pool, coalesce(p.amount, a.amount_per_recipient) as amount, a.operation
        from bursar.allocation_parts p
        join bursar.allocations a on a.id = p.allocation_id
        where p.transaction_id is not null
      ), receipt as (
        select t.id, t.wallet_id, t.counterparty, t.amount, t.operation
        from bursar.transaction_history t
        where t.kind = 'allocation' and t.amount > 0
      )
      select coalesce(p.transaction_id, r.id),
        format('the part is %s to wallet %s, the transaction %s to wallet %s',
          p.amount, p.wallet_id, r.amount, r.wallet_id)
      from part p
      full join receipt r on r.id = p.transaction_id
      where p.transaction_id is null
        or r.id is null
        or (p.wallet_id, p.pool, p.amount, p.operation)
          is distinct from (r.wallet_id, r.counterparty, r.amount, r.operation)`,
  },
  {
    name: 'allocation-operations',
    statement:
      "An allocation's operation has succeeded exactly when every recipient has been served.",
    covers: ALLOCATIONS,
    violations: `
      select coalesce(a.id, o.key), format('the allocation is %s (%s of %s), its operation %s with progress %s',
        coalesce(a.status::text, 'missing'), a.done, a.recipients, coalesce(o.status::text, 'missing'), o.progress)
      from bursar.allocations a
      full join (
        select * from bursar.operations o where o.type = 'allocation' and o.status <> 'rejected'
      ) o on o.key = a.operation
      where a.id is null
        or o.key is null
        or (a.status = 'completed') <> (o.status = 'succeeded')
        or o.progress is distinct from jsonb_build_object('done', a.done, 'total', a.recipients)`,
  },
];
