-- The cash book. Each fact has an id of its own and is booked once, whoever tells it and however often, so neither
-- locks nor the order of telling matter: facts about money are never taken back, only followed by others.

-- Books what is new of the given facts and returns how many that were. The callers' arithmetic is checked, not trusted.
create function bursar.book_cash(p_bookings jsonb) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_booked integer;
begin
  with told as (
    select b.id, b.kind, b.payment_intent, b.leg, b.category, b.happened_at, b.entries
    from jsonb_to_recordset(p_bookings) as b (
      id text, kind bursar.cash_kind, payment_intent text, leg text, category text, happened_at timestamptz, entries jsonb)
  ), booked as (
    insert into bursar.cash_bookings (id, kind, payment_intent, leg, category, happened_at)
    select t.id, t.kind, t.payment_intent, t.leg, t.category, t.happened_at from told t
    order by t.id
    on conflict (id) do nothing
    returning id
  ), entered as (
    insert into bursar.cash_entries (booking, account, currency, amount)
    select t.id, e.account, e.currency, e.amount
    from booked n
    join told t on t.id = n.id
    cross join lateral jsonb_to_recordset(t.entries) as e (account bursar.cash_account, currency text, amount bigint)
    returning booking, currency, amount
  ), wrong as (
    select from entered e group by e.booking, e.currency having sum(e.amount) <> 0
  )
  select (select count(*) from booked) + case when exists (select from wrong) then null else 0 end into v_booked;
  assert v_booked is not null, 'a cash booking adds up to zero in each currency';
  return v_booked;
end $$;

-- What an order was paid with is booked with its grant. Orders that cost nothing move no money.
create function bursar.book_sale(p_purchase uuid) returns void
language sql as $$
  with sale as (
    insert into bursar.cash_bookings (id, kind, payment_intent, leg, happened_at)
    select 'sale:' || p.id, 'sale', p.payment_intent, 'charge', p.settled_at
    from bursar.purchases p
    where p.id = p_purchase and p.paid_total > 0
    returning id
  )
  insert into bursar.cash_entries (booking, account, currency, amount)
  select s.id, a.account, p.currency, a.sign * p.paid_total
  from sale s
  join bursar.purchases p on p.id = p_purchase
  cross join (values ('clearing'::bursar.cash_account, 1), ('sales', -1)) a (account, sign)
$$;

-- Which of our payments Stripe's payment intents are; other ways of paying add their rows here. Top-ups are orders once
-- they are granted, and known by their tries before.
create function bursar.known_payments(p_payment_intents text[])
returns table (payment_intent text, kind text, reference uuid, wallet_id bigint, currency text, paid bigint)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select p.payment_intent, 'order', p.id, p.wallet_id, p.currency, p.paid_total
  from bursar.purchases p
  where p.payment_intent = any (p_payment_intents)
  union all
  select a.payment_intent, 'top_up', a.id, a.wallet_id, o.currency, null
  from bursar.top_up_attempts a
  join bursar.purchases o on o.id = a.id and o.payment_intent is null
  where a.payment_intent = any (p_payment_intents)
  union all
  select x.payment_intent, 'invoice', i.id, i.wallet_id, i.currency, i.paid
  from bursar.subscription_invoices i
  cross join lateral unnest(i.payment_intents) x (payment_intent)
  where i.payment_intents && p_payment_intents and x.payment_intent = any (p_payment_intents)
$$;

-- Stripe's movements as we booked them.
create function bursar.booked_settlements(p_from timestamptz, p_to timestamptz, p_ids text[])
returns table (id text, payment_intent text, category text, happened_at timestamptz, currency text, amount bigint, fee bigint)
language sql stable as $$
  select b.id, b.payment_intent, b.category, b.happened_at, s.currency, s.amount, s.fee
  from bursar.cash_bookings b
  cross join lateral (
    select e.currency, sum(e.amount)::bigint as amount,
      coalesce(sum(e.amount) filter (where e.account = 'fees'), 0)::bigint as fee
    from bursar.cash_entries e
    where e.booking = b.id and e.account in ('balance', 'fees')
    group by e.currency
  ) s
  where b.kind = 'settlement' and ((b.happened_at >= p_from and b.happened_at < p_to) or b.id = any (p_ids))
$$;

-- The money proof's side of the ledger: settlements by currency, UTC day and Stripe's category.
create function bursar.settled_cash(p_from timestamptz, p_to timestamptz)
returns table (currency text, day date, category text, count bigint, amount bigint, fee bigint)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select s.currency, (s.happened_at at time zone 'UTC')::date, s.category, count(*), sum(s.amount)::bigint, sum(s.fee)::bigint
  from bursar.booked_settlements(p_from, p_to, '{}') s
  group by 1, 2, 3
$$;

-- Stripe's movements against the cash book, both ways: what one side lacks, or tells otherwise.
create function bursar.cash_differences(p_moves jsonb, p_from timestamptz, p_to timestamptz)
returns table (
  id text, payment_intent text, currency text, told bigint, told_fee bigint, booked bigint, booked_fee bigint
)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  with told as (
    select t.* from jsonb_to_recordset(p_moves) as t (id text, currency text, amount bigint, fee bigint)
  )
  select coalesce(t.id, s.id), s.payment_intent, coalesce(t.currency, s.currency), t.amount, t.fee, s.amount, s.fee
  from told t
  full join bursar.booked_settlements(p_from, p_to, (select array_agg(x.id) from told x)) s on s.id = t.id
  where (t.id, t.currency, t.amount, t.fee) is distinct from (s.id, s.currency, s.amount, s.fee)
$$;

-- Legs whose two sides do not clear each other: one side has not come yet, or they tell different amounts.
create function bursar.uncleared_cash(p_from timestamptz, p_to timestamptz, p_payment_intents text[])
returns table (
  payment_intent text, leg text, currency text, ours bigint, settled bigint, our_facts bigint, settlements bigint, since timestamptz
)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select b.payment_intent, b.leg, e.currency,
    coalesce(sum(e.amount) filter (where b.kind <> 'settlement'), 0)::bigint,
    coalesce(-sum(e.amount) filter (where b.kind = 'settlement'), 0)::bigint,
    count(*) filter (where b.kind <> 'settlement'), count(*) filter (where b.kind = 'settlement'),
    min(b.happened_at)
  from bursar.cash_bookings b
  join bursar.cash_entries e on e.booking = b.id and e.account = 'clearing'
  where b.payment_intent in (
    select t.payment_intent from bursar.cash_bookings t where t.happened_at >= p_from and t.happened_at < p_to
    union all
    select unnest(p_payment_intents)
  )
  group by b.payment_intent, b.leg, e.currency
  having sum(e.amount) <> 0
$$;
