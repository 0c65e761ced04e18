import type { SqlCheck } from '../check.ts';

/** Facts are kept for at least a day after they were handed over, so only younger ones can be demanded. */
const YOUNG = `now() - interval '1 day'`;

export const factChecks: readonly SqlCheck[] = [
  {
    name: 'facts',
    statement:
      'Every receipt, purchase, credit request, deleted organization and hold that ran out in the last day has the fact from which others are told.',
    covers: `select
      (select count(*) from bursar.transaction_history t
        where t.kind in ('transfer', 'allocation', 'return') and t.amount > 0 and t.created_at > ${YOUNG})
      + (select count(*) from bursar.recalls r where r.completed_at > ${YOUNG})
      + (select count(*) from bursar.entitlements e where e.created_at > ${YOUNG})
      + (select count(*) from bursar.purchases p where p.transaction_id is not null and p.settled_at > ${YOUNG})
      + (select count(*) from bursar.holds h where h.status = 'expired' and h.closed_at > ${YOUNG})
      + (select count(*) from bursar.organizations x where x.deleted_at > ${YOUNG})
      + (select count(*) from bursar.credit_requests r where r.created_at > ${YOUNG} or r.decided_at > ${YOUNG})`,
    violations: `
      with expected as (
        -- Of a recall the members are told one by one, the pool's administrators once.
        select case when r.operation is null then 'credits-received' else 'credits-taken-back' end as kind,
          case when r.operation is null then t.wallet_id else t.counterparty end as wallet_id,
          bursar.public_id('txn', t.id) as about
        from bursar.transaction_history t
        left join bursar.recalls r on r.operation = t.operation
        where t.kind in ('transfer', 'allocation', 'return') and t.amount > 0 and t.created_at > ${YOUNG}
        union all
        select 'purchase-paid', p.wallet_id, bursar.public_id('txn', p.transaction_id)
        from bursar.purchases p
        where p.transaction_id is not null and p.settled_at > ${YOUNG}
        union all
        select 'hold-expired', h.wallet_id, bursar.public_id('hold', h.id)
        from bursar.holds h
        where h.status = 'expired' and h.closed_at > ${YOUNG}
        union all
        select 'request-created', w.id, bursar.public_id('req', r.id)
        from bursar.credit_requests r
        join bursar.wallets w on w.owner = 'org:' || r.organization_id
        where r.created_at > ${YOUNG} and r.decided_by is distinct from 'system:auto-approval'
        union all
        select 'request-' || r.status, w.id, bursar.public_id('req', r.id)
        from bursar.credit_requests r
        join bursar.wallets w on w.owner = 'user:' || r.user_id
        where r.decided_at > ${YOUNG} and r.status in ('approved', 'rejected', 'expired')
        union all
        select 'organization-deleted', w.id, w.owner
        from bursar.organizations x
        join bursar.wallets w on w.owner = 'org:' || x.id
        where x.deleted_at > ${YOUNG}
      ), told as (
        select o.kind, o.subject_wallet, coalesce(o.payload ->> 'transaction', o.payload ->> 'id', o.payload ->> 'organization') as about
        from bursar.outbox o
        where o.created_at > ${YOUNG} - interval '1 minute'
      )
      select e.about, format('wallet %s has no %s fact, or several', e.wallet_id, e.kind)
      from expected e
      left join told f on f.kind = e.kind and f.subject_wallet = e.wallet_id and f.about = e.about
      group by e.kind, e.wallet_id, e.about
      having count(f.about) <> 1`,
  },
];
