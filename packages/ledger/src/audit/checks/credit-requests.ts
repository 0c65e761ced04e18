import type { SqlCheck } from '../check.ts';

export const creditRequestChecks: readonly SqlCheck[] = [
  {
    name: 'credit-requests',
    statement:
      'A credit request is approved exactly when what it was granted was transferred, once.',
    covers: 'select count(*) from bursar.credit_requests',
    violations: `
      with request as (
        select bursar.public_id('req', r.id) as id, r.status, r.amount, r.granted, r.created_at, r.decided_at, r.decided_by,
          r.expires_at, pool.id as pool, own.id as own
        from bursar.credit_requests r
        left join bursar.wallets pool on pool.owner = 'org:' || r.organization_id
        left join bursar.wallets own on own.owner = 'user:' || r.user_id
      ), approval as (
        select o.result -> 'credit_request' ->> 'id' as request, count(distinct o.key) as approvals,
          max(t.amount) as amount, max(t.wallet_id) as wallet_id, max(t.counterparty) as counterparty
        from bursar.operations o
        left join bursar.transaction_history t on t.id = o.transaction_id and t.operation = o.key and t.amount > 0
        where o.type in ('credit_request', 'credit_request_approval') and o.status = 'succeeded'
          and o.result -> 'credit_request' ->> 'status' = 'approved'
        group by o.result -> 'credit_request' ->> 'id'
      )
      select coalesce(r.id, a.request), format('%s with %s granted of %s; %s approvals moved %s',
        coalesce(r.status::text, 'missing'), r.granted, r.amount, coalesce(a.approvals, 0), a.amount)
      from request r
      full join approval a on a.request = r.id
      where r.id is null
        or (r.status = 'pending') <> (r.decided_at is null)
        or (r.status = 'approved') <> (r.granted is not null)
        or (r.status = 'approved') <> (a.request is not null)
        or r.granted > r.amount
        or (r.decided_at is null) <> (r.decided_by is null)
        or (r.status = 'expired' and (r.expires_at is null or r.decided_at < r.expires_at or r.decided_by <> 'system:expiry'))
        or (r.status in ('approved', 'rejected') and r.decided_at > r.expires_at)
        or (r.status = 'approved' and (1, r.granted, r.own, r.pool)
          is distinct from (a.approvals, a.amount, a.wallet_id, a.counterparty))`,
  },
];
