import type { SqlCheck } from '../check.ts';

export const bonusCodeChecks: readonly SqlCheck[] = [
  {
    name: 'bonus-redemptions',
    statement:
      'What an order brought beyond its credits is what a code of ours promised it, and a code is set aside only while its order can be paid.',
    covers: 'select count(*) from bursar.bonus_redemptions',
    violations: `
      select coalesce(r.purchase_id, p.id), format('the redemption of %s credits is %s, the order is %s with a bonus of %s',
        r.credits, coalesce(r.status, 'missing'), coalesce(p.status::text, 'missing'), p.bonus)
      from bursar.bonus_redemptions r
      full join (select * from bursar.purchases p where p.bonus > 0 or exists (
        select from bursar.bonus_redemptions x where x.purchase_id = p.id)) p on p.id = r.purchase_id
      where not coalesce(
        p.wallet_id = r.wallet_id
        and case r.status
          when 'redeemed' then p.bonus = r.credits and p.transaction_id is not null
          when 'reserved' then p.bonus = 0 and p.status = 'awaiting_payment'
          else p.bonus = 0 end, false)`,
  },
  {
    name: 'bonus-lots',
    statement:
      'A bonus is a promotional lot of its order, without a price, for as long as its code says.',
    covers: `select count(*) from bursar.purchases where bonus > 0`,
    violations: `
      select coalesce(l.id, r.purchase_id), format('the lot is %s for %s until %s, the code promised %s for %s days',
        l.kind, l.unit_cost, l.expires_at, r.credits, c.lifetime_days)
      from bursar.bonus_redemptions r
      join bursar.bonus_codes c on c.id = r.code_id
      join bursar.purchases p on p.id = r.purchase_id
      join bursar.movement_history m on m.transaction_id = p.transaction_id and m.from_account = 'issued:promotional'
      left join bursar.lots l on l.id = m.to_lot
      where r.status = 'redeemed' and m.to_account = 'credits' and not coalesce(
        l.kind = 'promotional' and l.unit_cost = 0 and l.cost_currency is null and l.purchase_id = p.id
        and l.wallet_id = p.wallet_id and l.priority = 50 and l.effective_at = l.created_at
        and l.expires_at = l.created_at + make_interval(days => c.lifetime_days), false)
      union all
      select p.id, format('%s promotional credits entered with an order whose bonus is %s', coalesce(m.amount, 0), p.bonus)
      from bursar.purchases p
      left join (
        select m.transaction_id, sum(m.amount) as amount
        from bursar.movement_history m
        where m.from_account = 'issued:promotional'
        group by m.transaction_id
      ) m on m.transaction_id = p.transaction_id
      where p.bonus <> coalesce(m.amount, 0)`,
  },
  {
    name: 'bonus-limits',
    statement:
      'No code is promised more often than it may be: in all, to a person, to an organization.',
    covers: 'select count(*) from bursar.bonus_codes',
    violations: `
      select c.id, format('%s redemptions for %s', count(*), k.who)
      from bursar.bonus_codes c
      join bursar.bonus_redemptions r on r.code_id = c.id and r.status <> 'released'
      join bursar.wallets w on w.id = r.wallet_id
      cross join lateral (values
        ('all together', c.max_redemptions),
        (r.person, c.max_per_person),
        (case when w.owner like 'org:%' then w.owner end, c.max_per_organization)
      ) k (who, most)
      where k.most is not null and k.who is not null
      group by c.id, k.who, k.most
      having count(*) > k.most`,
  },
  {
    name: 'purchase-refunds',
    statement:
      'Every refund that was asked for has its operation, and never gives back more than was paid.',
    covers: 'select count(*) from bursar.purchase_refunds',
    violations: `
      select r.id, format('the refund is %s, its operation a %s %s', r.status, o.status, o.type)
      from bursar.purchase_refunds r
      left join bursar.operations o on o.key = r.operation
      where not coalesce(o.type = 'purchase_refund' and case r.status
          when 'requested' then o.status = 'pending'
          when 'refused' then o.status = 'rejected'
          else o.status = 'succeeded' and r.stripe_refund is not null end, false)
      union all
      select p.id, format('%s of %s was refunded', sum(r.amount), p.paid_total + p.tax)
      from bursar.purchase_refunds r
      join bursar.purchases p on p.id = r.purchase_id
      where r.status in ('requested', 'pending', 'succeeded')
      group by p.id, p.paid_total, p.tax
      having sum(r.amount) > coalesce(p.paid_total + p.tax, 0)`,
  },
  {
    name: 'payment-warnings',
    statement: "A bank's warning names an order of the wallet it freezes.",
    covers: 'select count(*) from bursar.payment_warnings',
    violations: `
      select x.purchase_id, format('warning %s is about wallet %s, its order about %s', x.id, x.wallet_id, p.wallet_id)
      from bursar.payment_warnings x
      left join bursar.purchases p on p.id = x.purchase_id
      where p.wallet_id is distinct from x.wallet_id`,
  },
];
