import type { SqlCheck } from '../check.ts';

const RECALLS = 'select count(*) from bursar.recalls';

export const recallChecks: readonly SqlCheck[] = [
  {
    name: 'recall-parts',
    statement:
      'A recall has asked as many members as it says, and got back the sum of their parts.',
    covers: RECALLS,
    violations: `
      select r.id, format('%s members, %s asked, %s returned, %s held, %s; parts: %s, %s, %s, %s',
        r.members, r.done, r.returned, r.held, r.status, coalesce(p.parts, 0), coalesce(p.done, 0), p.returned, p.held)
      from bursar.recalls r
      left join (
        select p.recall_id, count(*) as parts, count(p.returned) as done, sum(p.returned) as returned, sum(p.held) as held,
          count(distinct p.wallet_id) as wallets, max(p.position) as last,
          bool_or((p.returned is null) <> (p.held is null) or coalesce(p.returned > 0, false) <> (p.transaction_id is not null)) as odd
        from bursar.recall_parts p
        group by p.recall_id
      ) p on p.recall_id = r.id
      where coalesce(p.parts, 0) <> r.members
        or coalesce(p.done, 0) <> r.done
        or coalesce(p.returned, 0) <> r.returned
        or coalesce(p.held, 0) <> r.held
        or p.wallets <> p.parts or p.last <> p.parts or p.odd
        or (r.status = 'completed') <> (r.done = r.members and r.completed_at is not null)`,
  },
  {
    name: 'recall-sums',
    statement:
      'Each part that came back is one return from that member to the pool, out of the lots the recall is about.',
    covers: 'select count(*) from bursar.recall_parts where transaction_id is not null',
    violations: `
      with part as (
        select p.transaction_id, p.wallet_id, r.wallet_id as pool, p.returned, r.operation, p.source, r.created_before,
          r.allocation_id, r.id as recall_id
        from bursar.recall_parts p
        join bursar.recalls r on r.id = p.recall_id
        where p.transaction_id is not null
      ), given as (
        select t.id, t.wallet_id, t.counterparty, -t.amount as amount, t.operation
        from bursar.transaction_history t
        join bursar.recalls r on r.operation = t.operation
        where t.kind = 'return' and t.amount < 0
      )
      select coalesce(p.transaction_id, g.id), format('the part is %s of wallet %s, the transaction %s of wallet %s',
        p.returned, p.wallet_id, g.amount, g.wallet_id)
      from part p
      full join given g on g.id = p.transaction_id
      where p.transaction_id is null or g.id is null
        or (p.wallet_id, p.pool, p.returned, p.operation) is distinct from (g.wallet_id, g.counterparty, g.amount, g.operation)
        or exists (
          select from bursar.movement_history m
          join bursar.lots l on l.id = m.from_lot
          where m.transaction_id = p.transaction_id
            and (l.allocated_by is distinct from p.pool
              or case when p.allocation_id is null then l.created_at >= p.created_before else l.transaction_id is distinct from p.source end))
      union all
      select p.recall_id, format('part %s undoes transaction %s, which its allocation did not make', p.position, p.source)
      from bursar.recall_parts p
      join bursar.recalls r on r.id = p.recall_id
      left join bursar.allocation_parts a
        on a.allocation_id = r.allocation_id and a.transaction_id = p.source and a.wallet_id = p.wallet_id
      where (r.allocation_id is null) <> (p.source is null) or (r.allocation_id is not null and a.allocation_id is null)`,
  },
  {
    name: 'recall-operations',
    statement: "A recall's operation has succeeded exactly when everybody was asked.",
    covers: RECALLS,
    violations: `
      select coalesce(r.id, o.key), format('the recall is %s (%s of %s), its operation %s with progress %s',
        coalesce(r.status::text, 'missing'), r.done, r.members, coalesce(o.status::text, 'missing'), o.progress)
      from bursar.recalls r
      full join (
        select * from bursar.operations o where o.type in ('allocation_undo', 'credit_sweep') and o.status <> 'rejected'
      ) o on o.key = r.operation
      where r.id is null
        or o.key is null
        or (r.allocation_id is null) <> (o.type = 'credit_sweep')
        or (r.status = 'completed') <> (o.status = 'succeeded')
        or o.progress is distinct from jsonb_build_object('done', r.done, 'total', r.members)`,
  },
];
