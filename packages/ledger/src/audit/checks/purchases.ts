import type { SqlCheck } from '../check.ts';

const PURCHASES = 'select count(*) from bursar.purchases';
const PAID = 'select count(*) from bursar.purchases where transaction_id is not null';

export const purchaseChecks: readonly SqlCheck[] = [
  {
    name: 'purchases-granted-once',
    statement:
      'Each paid order has exactly one purchase transaction, of the credits that were ordered.',
    covers: PAID,
    violations: `
      select coalesce(p.id, t.id), format('the order is %s for %s credits, its transaction has %s',
        coalesce(p.status::text, 'missing'), p.credits, coalesce(t.amount::text, 'no row'))
      from (select * from bursar.purchases p where p.transaction_id is not null) p
      full join (select * from bursar.transaction_history t where t.kind = 'purchase') t on t.id = p.transaction_id
      where p.id is null
        or t.id is null
        or (t.wallet_id, t.amount, t.operation) is distinct from (p.wallet_id, p.credits + p.bonus, p.operation)
      union all
      select o.key, format('%s orders share a transaction or an operation', count(*))
      from bursar.purchases p
      cross join lateral (values (p.transaction_id), (p.operation)) o (key)
      where o.key is not null
      group by o.key
      having count(*) > 1`,
  },
  {
    name: 'payments-unique',
    statement:
      'Each Stripe payment and checkout belongs to one order, and what was paid for names its payment; only top-ups have no checkout.',
    covers: PURCHASES,
    violations: `
      select s.id, format('%s orders name this', count(*))
      from bursar.purchases p
      cross join lateral (values (p.payment_intent), (p.checkout_session)) s (id)
      where s.id is not null
      group by s.id
      having count(*) > 1
      union all
      select p.id::text, format('%s with paid %s, payment %s, settled %s', p.status, p.paid_total, p.payment_intent, p.settled_at)
      from bursar.purchases p
      where (p.status in ('paid', 'refunded', 'disputed') and p.transaction_id is null)
        or (p.status in ('awaiting_payment', 'expired', 'cancelled', 'failed') and p.transaction_id is not null)
        or (p.status = 'needs_review' and p.transaction_id is not null and not bursar.is_closed(p.wallet_id))
        or (p.transaction_id is not null) <> (p.paid_total is not null)
        or (p.transaction_id is not null and p.settled_at is null)
        or (p.transaction_id is null and (p.tax, p.bonus) <> (0, 0))
        or (p.paid_total > 0 and (
          p.payment_intent is null or (p.checkout_session is null and p.actor <> 'system:auto-top-up')))`,
  },
  {
    name: 'purchase-operations',
    statement: 'Every order has the operation that opened it.',
    covers: PURCHASES,
    violations: `
      select coalesce(p.id, o.key), format('the order is %s, its operation %s',
        coalesce(p.status::text, 'missing'), coalesce(o.status::text, 'missing'))
      from bursar.purchases p
      full join (select * from bursar.operations o where o.type = 'purchase') o on o.key = p.operation
      where o.key is null
        or (p.id is null and o.status <> 'rejected' and not exists (
          select from bursar.purchase_reorders r where r.operation = o.key))
        or (p.id is not null and o.status = 'succeeded' and o.result -> 'purchase' ->> 'credits' is distinct from bursar.credits_text(p.credits))
        or (p.transaction_id is not null and o.status <> 'succeeded')`,
  },
  {
    name: 'purchase-reorders',
    statement:
      'A command that was led to an open order was answered with that order, of the same wallet and content.',
    covers: 'select count(*) from bursar.purchase_reorders',
    violations: `
      select r.operation, format('a %s that is %s was led to order %s and answered %s',
        coalesce(o.type::text, 'missing'), o.status, r.purchase_id, o.result -> 'purchase' ->> 'id')
      from bursar.purchase_reorders r
      left join bursar.operations o on o.key = r.operation
      left join bursar.purchases p on p.id = r.purchase_id
      where not coalesce(o.type = 'purchase' and p.cart is not null and p.operation <> o.key
        and (o.status <> 'succeeded' or o.result -> 'purchase' ->> 'id' = bursar.public_id('pur', p.id)), false)
      union all
      select p.cart, format('%s orders of one cart can be paid', count(*))
      from bursar.purchases p
      where p.status = 'awaiting_payment' and p.processing_since is null and p.cart is not null
      group by p.cart
      having count(*) > 1`,
  },
  {
    name: 'purchase-cancellations',
    statement: 'A cancelled order names the operation that cancelled it, and was not paid before.',
    covers: `select count(*) from bursar.purchases where status = 'cancelled' or cancelled_by is not null`,
    violations: `
      select p.id, format('the order is %s and names %s, a %s %s', p.status, p.cancelled_by, o.status, o.type)
      from bursar.purchases p
      left join bursar.operations o on o.key = p.cancelled_by
      where (p.status = 'cancelled' or p.cancelled_by is not null)
        and not coalesce(o.type = 'purchase_cancellation' and o.status <> 'rejected', false)`,
  },
  {
    name: 'purchase-reviews',
    statement:
      'An order that was rebuilt is granted only after an operator approved it, a dismissed one never, and each decision has a name and a reason. What was granted is dismissed only in the review of a closed wallet.',
    covers: PURCHASES,
    violations: `
      select p.id, format('rebuilt %s, approved %s by %s, dismissed %s by %s, granted as %s',
        p.rebuilt_at, p.approved_at, p.approved_by, p.dismissed_at, p.dismissed_by, p.transaction_id)
      from bursar.purchases p
      where (p.transaction_id is not null and p.rebuilt_at is not null and p.approved_at is null)
        or (p.transaction_id is not null and p.dismissed_at is not null
          and not (p.status = 'needs_review' and bursar.is_closed(p.wallet_id)))
        or (p.approved_at is not null and (p.rebuilt_at is null
          or (p.dismissed_at is not null and p.transaction_id is null)))
        or num_nulls(p.approved_at, p.approved_by, p.approval_reason) not in (0, 3)
        or num_nulls(p.dismissed_at, p.dismissed_by, p.dismissal_reason) not in (0, 3)`,
  },
  {
    name: 'purchased-lots',
    statement: 'A purchased lot has the cost basis, currency and lifetime that its order promised.',
    covers: `select count(*) from bursar.lots where kind = 'purchased'`,
    violations: `
      select l.id, format('cost %s %s until %s, the order was %s %s for %s credits over %s months',
        l.unit_cost, l.cost_currency, l.expires_at, p.paid_total, p.currency, p.credits, p.expiry_months)
      from bursar.lots l
      join bursar.movement_history m on m.transaction_id = l.transaction_id and m.to_lot = l.id
      left join bursar.purchases p on p.transaction_id = l.transaction_id
      where m.from_account = 'issued:purchased' and not coalesce(
        l.purchase_id = p.id
        and l.wallet_id = p.wallet_id
        and l.priority = 50
        and l.effective_at = l.created_at
        and l.cost_currency = p.currency
        and l.unit_cost = div(p.paid_total::numeric * 2000000000000 + p.credits, p.credits::numeric * 2)
        and l.expires_at = case when p.expiry_months = 0 then 'infinity'::timestamptz else
          (l.created_at at time zone 'UTC' + make_interval(months => p.expiry_months)) at time zone 'UTC' end, false)`,
  },
  {
    name: 'taken-back',
    statement:
      'What is taken back of an order, or of a period of a subscription, equals its refunds and disputes less what they gave back.',
    covers: PURCHASES,
    violations: `
      with taking as (
        select t.id, t.corrects, t.amount
        from bursar.transaction_history t
        where t.kind in ('refund', 'dispute') and t.amount < 0
      ), given as (
        select t.corrects, sum(t.amount) as amount
        from bursar.transaction_history t
        where t.kind in ('refund', 'dispute') and t.amount > 0
        group by t.corrects
      ), net as (
        select t.corrects, -sum(t.amount) - coalesce(sum(g.amount), 0) as amount
        from taking t
        left join given g on g.corrects = t.id
        group by t.corrects
      )
      select coalesce(p.id, n.corrects), format('the order says %s, its transactions say %s', p.taken_back, coalesce(n.amount, 0))
      from (
        select p.id, p.transaction_id, p.taken_back, p.credits + p.bonus as credits from bursar.purchases p
        union all
        select p.id, p.transaction_id, p.taken_back, p.credits from bursar.subscription_periods p
      ) p
      full join net n on n.corrects = p.transaction_id
      where p.id is null or p.taken_back <> coalesce(n.amount, 0) or p.taken_back > p.credits
      union all
      select p.id, format('%s of %s went back, so %s credits and not %s are to be taken',
        p.refunded_total, p.paid_total + p.tax, case
          when p.refunded_total >= p.paid_total + p.tax and p.refunded_total > 0 then p.credits + p.bonus
          else div((p.credits + p.bonus)::numeric * p.refunded_total, nullif(p.paid_total + p.tax, 0)) end, p.taken_back)
      from bursar.purchases p
      where p.taken_back <> case
        when p.refunded_total is null then p.taken_back
        when p.refunded_total = 0 then 0
        when p.refunded_total >= p.paid_total + p.tax then p.credits + p.bonus
        else div((p.credits + p.bonus)::numeric * p.refunded_total, p.paid_total + p.tax) end`,
  },
  {
    name: 'redemptions',
    statement:
      'A promotion redeemed here belongs to an order of the same wallet that it made free.',
    covers: 'select count(*) from bursar.promotion_redemptions',
    violations: `
      select r.purchase_id, format('%s was redeemed by an order that is %s and paid %s',
        r.stripe_promotion, p.status, p.paid_total)
      from bursar.promotion_redemptions r
      left join bursar.purchases p on p.id = r.purchase_id
      where (p.paid_total, p.discount, p.stripe_promotion, p.wallet_id)
        is distinct from (0::bigint, p.subtotal, r.stripe_promotion, r.wallet_id)`,
  },
];
