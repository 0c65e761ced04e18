import type { SqlCheck } from '../check.ts';

const OPERATIONS = 'select count(*) from bursar.operations';

/** Operations whose success is one transaction; the others move nothing, or several times. */
const MOVING = `('charge', 'grant', 'transfer', 'reversal', 'credit_request_approval')`;

export const operationChecks: readonly SqlCheck[] = [
  {
    name: 'one-outcome',
    statement:
      'Every idempotency key has one operation with one outcome, and only unfinished work is pending.',
    covers: OPERATIONS,
    violations: `
      select o.key, format('%s operations have this key', count(*))
      from bursar.operations o
      group by o.key
      having count(*) > 1
      union all
      select o.key, format('a %s %s is completed at %s with result %s, error %s, command kept: %s',
        o.status, o.type, o.completed_at, o.result is not null, o.error ->> 'code', o.command is not null)
      from bursar.operations o
      where (o.status = 'pending') <> (o.completed_at is null)
        or (o.status = 'rejected') <> (o.error ->> 'code' is not null)
        or (o.status = 'succeeded' and o.type <> 'charge') <> (o.result is not null)
        or (o.command is not null) <> (o.type = 'charge' and o.status = 'rejected' and o.error ->> 'code' = 'wallet_not_found')
      union all
      select o.key, format('a %s is pending, and nothing is left to finish it', o.type)
      from bursar.operations o
      left join bursar.allocations a on a.operation = o.key and a.status = 'running'
      left join bursar.purchases p on p.operation = o.key and p.status = 'awaiting_payment' and p.checkout_session is null
      left join bursar.recalls r on r.operation = o.key and r.status = 'running'
      left join bursar.subscriptions s on s.operation = o.key and s.status in ('awaiting_payment', 'replaced') and s.checkout_session is null
      left join bursar.entitlements e on e.operation = o.key and e.status = 'delayed'
      where o.status = 'pending' and r.id is null and e.operation is null
        and not coalesce((o.type = 'allocation' and a.id is not null) or (o.type = 'purchase' and p.id is not null)
          or (o.type = 'subscription' and s.id is not null), false)
        and not exists (select from bursar.rule_simulations x where x.operation = o.key and o.type = 'rule_simulation')
        and not exists (select from bursar.purchase_reorders x where x.operation = o.key and o.type = 'purchase')
        and not exists (select from bursar.purchases x where x.cancelled_by = o.key and o.type = 'purchase_cancellation')
        and not exists (select from bursar.purchase_refunds x
          where x.operation = o.key and x.status = 'requested' and o.type = 'purchase_refund')`,
  },
  {
    name: 'operation-transactions',
    statement:
      'Every succeeded operation that moves credits has its transaction, and one that moves none has none.',
    covers: OPERATIONS,
    violations: `
      select o.key, format('a %s %s names transaction %s', o.status, o.type, coalesce(o.transaction_id::text, 'none'))
      from bursar.operations o
      left join bursar.purchases p on p.operation = o.key and p.transaction_id = o.transaction_id
      where case
          when o.status <> 'succeeded' then o.transaction_id is not null
          when o.type in ${MOVING} then o.transaction_id is null
          when o.type = 'purchase' then o.transaction_id is not null and p.id is null
          when o.type = 'hold_capture' then (o.transaction_id is null) <> (o.result ->> 'charge' is null)
          when o.type = 'credit_request' then
            (o.transaction_id is null) <> (coalesce(jsonb_typeof(o.result -> 'transfer'), 'null') = 'null')
          when o.type in ('default_allocation', 'seat_assignment') then
            (o.transaction_id is null) <> coalesce(jsonb_typeof(o.result -> 'transfer') = 'null', false)
          when o.type = 'member_removal' then
            (o.transaction_id is null) <> coalesce(o.result -> 'returned' ->> 'amount' = '0', false)
          -- Asked again, it answers what the first one did, and moves nothing.
          when o.type = 'organization_deletion' then o.result -> 'deletion' ->> 'transaction' is distinct from
              bursar.public_id('txn', o.transaction_id)
            and not exists (select from bursar.organizations x
              where 'org:' || x.id = o.result -> 'deletion' ->> 'organization' and x.deletion <> o.key)
          else o.transaction_id is not null
        end
        or (o.transaction_id is not null and not exists (
          select from bursar.transaction_history t where t.id = o.transaction_id and t.operation = o.key))`,
  },
  {
    name: 'transaction-operations',
    statement:
      'Every transaction belongs to the succeeded operation it names, or is work of the system itself.',
    covers: 'select count(*) from bursar.transaction_history',
    violations: `
      select t.id, format('a %s of %s names operation %s, a %s %s', t.kind, t.actor,
        coalesce(t.operation::text, 'none'), coalesce(o.status::text, 'missing'), o.type)
      from bursar.transaction_history t
      left join bursar.operations o on o.key = t.operation
      where not coalesce(case
        when t.operation is null then
          t.kind in ('expiry', 'adjustment', 'return', 'refund', 'dispute', 'subscription', 'rollover') and t.actor like 'system:%'
        when t.kind = 'allocation' then o.type = 'allocation' and o.status <> 'rejected'
        when o.type in ('allocation_undo', 'credit_sweep') then t.kind = 'return' and o.status <> 'rejected'
        when t.kind = 'purchase' then o.type = 'purchase' and o.status = 'succeeded'
        else o.status = 'succeeded' and o.transaction_id = t.id and o.type = any (case t.kind
          when 'charge' then '{charge,hold_capture}'
          when 'transfer' then '{transfer,credit_request,credit_request_approval,default_allocation,seat_assignment}'
          when 'grant' then '{grant}'
          when 'adjustment' then '{grant}'
          when 'reversal' then '{reversal}'
          when 'return' then '{member_removal}'
          when 'forfeiture' then '{organization_deletion}'
          else '{}' end::bursar.operation_type[])
      end, false)`,
  },
];
