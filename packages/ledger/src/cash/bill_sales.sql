-- What the payments of bills brought as the cash book has it, with tax: of bills of which every
-- payment is booked. Bills that were paid by other ways than Stripe have none.
create function bursar.bill_sales(p_bills text[])
returns table (bill text, wallet text, currency text, booked bigint)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select i.invoice, w.owner, i.currency, s.booked
  from bursar.subscription_invoices i
  join bursar.wallets w on w.id = i.wallet_id
  cross join lateral (
    select count(*) as sales, -sum(e.amount)::bigint as booked
    from unnest(i.payment_intents) p (payment_intent)
    join bursar.cash_entries e on e.booking = 'sale:' || p.payment_intent
    where e.account = 'sales' and e.currency = i.currency
  ) s
  where i.invoice = any (p_bills) and not i.out_of_band
    and cardinality(i.payment_intents) > 0 and s.sales = cardinality(i.payment_intents)
$$;
