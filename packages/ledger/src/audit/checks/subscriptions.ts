import type { SqlCheck } from '../check.ts';

const PERIODS = 'select count(*) from bursar.subscription_periods';

export const subscriptionChecks: readonly SqlCheck[] = [
  {
    name: 'periods-granted-once',
    statement:
      'Each paid period of a subscription has exactly one transaction, of the credits it brings, and no other period is the same.',
    covers: PERIODS,
    violations: `
      select coalesce(p.id, t.id), format('the period brings %s credits, its transaction has %s',
        coalesce(p.credits::text, 'missing'), coalesce(t.amount::text, 'no row'))
      from bursar.subscription_periods p
      full join (select * from bursar.transaction_history t where t.kind = 'subscription') t on t.id = p.transaction_id
      where p.id is null or t.id is null
        or (t.wallet_id, t.amount, t.created_at) is distinct from (p.wallet_id, p.credits, p.created_at)
      union all
      select p.transaction_id, format('%s periods share a transaction', count(*))
      from bursar.subscription_periods p
      group by p.transaction_id
      having count(*) > 1
      union all
      select min(p.id::text)::uuid, format('%s rows are the period of %s that begins %s', count(*), p.item, p.period_start)
      from bursar.subscription_periods p
      group by p.item, p.period_start, p.price
      having count(*) > 1`,
  },
  {
    name: 'periods-belong',
    statement:
      'A period, its invoice and its subscription agree about the wallet, and what is not wholly taken back was paid.',
    covers: PERIODS,
    violations: `
      select p.id, format('of invoice %s, which is %s, and subscription %s', coalesce(i.invoice, 'missing'), i.status,
        coalesce(s.stripe_subscription, 'unknown'))
      from bursar.subscription_periods p
      left join bursar.subscription_invoices i on i.id = p.invoice_id
      left join bursar.subscriptions s on s.id = p.subscription_id
      where not coalesce(
        (i.wallet_id, i.subscription_id, i.currency) = (p.wallet_id, p.subscription_id, p.currency)
        and s.wallet_id = p.wallet_id
        and s.stripe_subscription is not null
        and (i.status = 'paid' or p.taken_back = p.credits), false)`,
  },
  {
    name: 'subscription-lots',
    statement: "A period's lot has the cost basis and lifetime that the period says.",
    covers: PERIODS,
    violations: `
      select l.id, format('cost %s %s until %s, the period cost %s %s for %s credits until %s',
        l.unit_cost, l.cost_currency, l.expires_at, p.paid, p.currency, p.credits, p.expires_at)
      from bursar.lots l
      join bursar.transaction_history t on t.id = l.transaction_id and t.wallet_id = l.wallet_id and t.kind = 'subscription'
      left join bursar.subscription_periods p on p.transaction_id = l.transaction_id
      where not coalesce(
        l.purchase_id = p.id
        and l.wallet_id = p.wallet_id
        and l.priority = 50
        and l.effective_at = l.created_at
        and l.cost_currency = p.currency
        and l.unit_cost = div(p.paid::numeric * 2000000000000 + p.credits, p.credits::numeric * 2)
        and l.expires_at = p.expires_at
        and p.expires_at > p.period_end - interval '1 second', false)`,
  },
  {
    name: 'rollovers',
    statement:
      'What moved on with a period came out of earlier lots of the same subscription, within the cap, and lives as long as the period.',
    covers: `select count(*) from bursar.transaction_history where kind = 'rollover'`,
    violations: `
      with moved as (
        select m.transaction_id, sum(m.amount) as amount,
          bool_and(o.subscription_id = p.subscription_id and l.expires_at = p.expires_at) as belongs
        from bursar.movement_history m
        join bursar.lots l on l.id = m.to_lot
        left join bursar.subscription_periods p on p.rollover_transaction = m.transaction_id
        left join bursar.subscription_periods o on o.id = l.purchase_id
        group by m.transaction_id
      )
      select coalesce(p.id, t.id), format('the period says %s of at most %s moved on, its transaction moved %s',
        p.rolled, p.rollover_cap, coalesce(m.amount, 0))
      from (select * from bursar.subscription_periods p where p.rolled > 0 or p.rollover_transaction is not null) p
      full join (select * from bursar.transaction_history t where t.kind = 'rollover') t on t.id = p.rollover_transaction
      left join moved m on m.transaction_id = t.id
      where not coalesce(
        p.rolled = m.amount
        and p.rolled <= p.rollover_cap
        and m.belongs
        and (t.wallet_id, t.created_at, t.amount) = (p.wallet_id, p.created_at, 0), false)`,
  },
  {
    name: 'duplicates-grant-nothing',
    statement:
      'A subscription that was paid while its wallet had another granted nothing, and each wallet has one page to subscribe at.',
    covers: 'select count(*) from bursar.subscriptions',
    violations: `
      select p.id, format('granted by %s, a duplicate of %s', s.id, s.duplicate_of)
      from bursar.subscriptions s
      join bursar.subscription_periods p on p.subscription_id = s.id
      where s.duplicate_of is not null
      union all
      select s.id, format('a duplicate of %s, which is of another wallet or itself', s.duplicate_of)
      from bursar.subscriptions s
      left join bursar.subscriptions o on o.id = s.duplicate_of and o.wallet_id = s.wallet_id and o.id <> s.id
      where s.duplicate_of is not null and o.id is null
      union all
      select min(s.id::text)::uuid, format('%s orders of wallet %s await payment', count(*), s.wallet_id)
      from bursar.subscriptions s
      where s.status = 'awaiting_payment'
      group by s.wallet_id
      having count(*) > 1`,
  },
  {
    name: 'subscription-operations',
    statement:
      'Every subscription that was ordered here has the operation that ordered it, and none is being changed by a command that was decided.',
    covers: 'select count(*) from bursar.subscriptions',
    violations: `
      select coalesce(s.id, o.key), format('the subscription is %s, its operation %s',
        coalesce(s.status, 'missing'), coalesce(o.status::text, 'missing'))
      from (select * from bursar.subscriptions s where s.operation is not null) s
      full join (select * from bursar.operations o where o.type = 'subscription') o on o.key = s.operation
      where o.key is null
        or (s.id is null and o.status <> 'rejected')
        or (s.stripe_subscription is not null and s.read_at is null)
      union all
      select s.id, format('it is being changed by %s, which is %s', o.key, o.status)
      from bursar.subscriptions s
      join bursar.operations o on o.key = (s.changing ->> 'key')::uuid`,
  },
];
