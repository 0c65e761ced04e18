import type { SqlCheck } from '../check.ts';

const BOOKINGS = 'select count(*) from bursar.cash_bookings';

export const cashChecks: readonly SqlCheck[] = [
  {
    name: 'cash-balances',
    statement: 'The entries of each cash booking add up to zero in each currency.',
    covers: BOOKINGS,
    violations: `
      select coalesce(b.id, e.booking), format('%s entries add up to %s %s', count(e.booking), sum(e.amount), e.currency)
      from bursar.cash_bookings b
      full join bursar.cash_entries e on e.booking = b.id
      group by b.id, e.booking, e.currency
      having b.id is null or e.booking is null or sum(e.amount) <> 0`,
  },
  {
    name: 'cash-accounts',
    statement:
      'A cash booking uses the accounts of its kind, and whatever is not a settlement goes through clearing by one leg.',
    covers: BOOKINGS,
    violations: `
      select b.id, format('%s of leg %s, category %s, uses %s', b.kind, b.leg, b.category, string_agg(e.account::text, ', ' order by e.account))
      from bursar.cash_bookings b
      join bursar.cash_entries e on e.booking = b.id
      group by b.id, b.kind, b.leg, b.category, b.payment_intent
      having not coalesce(case b.kind
        when 'sale' then bool_and(e.account in ('clearing', 'sales')) and b.leg = 'charge' and b.id like 'sale:%'
        when 'tax' then bool_and(e.account in ('clearing', 'tax')) and b.leg = 'charge' and b.id like 'tax:%'
        when 'refund' then bool_and(e.account in ('clearing', 'refunds')) and b.id = b.leg and b.leg like 'refund:%'
        when 'refund_undone' then bool_and(e.account in ('clearing', 'refunds')) and b.id = replace(b.leg, 'refund:', 'refund-undone:')
        when 'dispute' then bool_and(e.account in ('clearing', 'disputes')) and b.id = b.leg and b.leg like 'dispute:%'
        when 'dispute_undone' then bool_and(e.account in ('clearing', 'disputes')) and b.id = replace(b.leg, 'dispute:', 'dispute-undone:')
        else case when b.payment_intent is null
          then bool_and(e.account in ('balance', 'fees', 'bank', 'other')) and b.leg ~ '^account:.'
          else bool_and(e.account in ('clearing', 'balance', 'fees', 'exchange')) and (b.leg = 'charge' or b.leg ~ '^(refund|dispute):.')
        end
      end, false)
      or (b.kind = 'settlement') <> (b.category is not null)
      or (b.kind <> 'settlement' and b.payment_intent is null)`,
  },
  {
    name: 'cash-sales',
    statement:
      'Every order that was paid with money has one sale of exactly that sum; only payments of bills have others.',
    covers:
      'select count(*) from bursar.purchases where transaction_id is not null and paid_total > 0',
    violations: `
      with sales as (
        select b.id, b.payment_intent, b.happened_at, -e.amount as amount, e.currency
        from bursar.cash_bookings b
        join bursar.cash_entries e on e.booking = b.id and e.account = 'sales'
        where b.id <> 'sale:' || b.payment_intent
          or not exists (select from bursar.subscription_invoices i where b.payment_intent = any (i.payment_intents))
      ), paid as (
        select p.* from bursar.purchases p where p.transaction_id is not null and p.paid_total > 0
      )
      select coalesce('sale:' || p.id, s.id), format('the order was paid with %s %s by %s, its sale is %s %s by %s',
        p.paid_total, p.currency, p.payment_intent, s.amount, s.currency, s.payment_intent)
      from paid p
      full join sales s on s.id = 'sale:' || p.id
      where (p.paid_total, p.currency, p.payment_intent, p.settled_at)
        is distinct from (s.amount, s.currency, s.payment_intent, s.happened_at)`,
  },
  {
    name: 'reconciliation-cases',
    statement:
      'Every case was found by a run, whoever closed it by hand gave a reason, and only what failed is parked.',
    covers: 'select count(*) from bursar.reconciliation_cases',
    violations: `
      select c.id, format('%s, closed at %s by %s because %s, last found by %s', c.state, c.closed_at, c.closed_by, c.reason, c.last_run)
      from bursar.reconciliation_cases c
      where (c.state = 'open') <> (c.closed_at is null)
        or (c.state = 'resolved' and (c.closed_by is null or c.reason is null))
        or c.first_seen > c.last_seen
        or c.failures < 0 or (c.failures > 0) <> (c.first_failed_at is not null)
        or (c.parked_at is not null and (c.state <> 'open' or c.failures = 0))
        or not exists (select from bursar.reconciliation_findings f where f.case_id = c.id and f.run_id = c.last_run)`,
  },
];
