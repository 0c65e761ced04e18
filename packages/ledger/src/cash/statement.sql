-- The money at Stripe as the cash book has it. What went out is negative.

-- What stood on the balance at a moment, by currency.
create function bursar.cash_opening(p_at timestamptz) returns table (currency text, balance bigint)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select e.currency, sum(e.amount)::bigint
  from bursar.cash_bookings b
  join bursar.cash_entries e on e.booking = b.id and e.account = 'balance'
  where b.happened_at < p_at
  group by e.currency
$$;

-- What moved between two moments, by currency, UTC day and what for.
create function bursar.cash_days(p_from timestamptz, p_to timestamptz)
returns table (
  currency text, day date, inflow bigint, fees bigint, refunds bigint, disputes bigint, payouts bigint, other bigint
)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  with moved as (
    select s.currency, (s.happened_at at time zone 'UTC')::date as day, s.amount, s.fee,
      case
        when s.category in ('charge', 'charge_failure') then 'inflow'
        when s.category in ('refund', 'refund_failure') then 'refunds'
        when s.category in ('dispute', 'dispute_reversal') then 'disputes'
        when s.category in ('payout', 'payout_reversal') then 'payouts'
        when s.category in ('fee', 'network_cost') then 'fees'
        else 'other'
      end as what
    from bursar.booked_settlements(p_from, p_to, '{}') s
  )
  select m.currency, m.day,
    coalesce(sum(m.amount) filter (where m.what = 'inflow'), 0)::bigint,
    (coalesce(sum(m.amount) filter (where m.what = 'fees'), 0) - sum(m.fee))::bigint,
    coalesce(sum(m.amount) filter (where m.what = 'refunds'), 0)::bigint,
    coalesce(sum(m.amount) filter (where m.what = 'disputes'), 0)::bigint,
    coalesce(sum(m.amount) filter (where m.what = 'payouts'), 0)::bigint,
    coalesce(sum(m.amount) filter (where m.what = 'other'), 0)::bigint
  from moved m
  group by m.currency, m.day
$$;
