-- Bills whose periods were granted between two moments, and those named beside: what each granted and still stands. `twin`
-- is another bill that granted a whole period of the same subscription and time, which its own price alone kept apart.
create function bursar.granted_bills(p_from timestamptz, p_to timestamptz, p_bills text[])
returns table (bill text, wallet text, currency text, credits bigint, paid bigint, lines text[], twin text)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  with wanted as (
    select p.invoice_id as id from bursar.subscription_periods p where p.created_at >= p_from and p.created_at < p_to
    union
    select i.id from bursar.subscription_invoices i where i.invoice = any (p_bills)
  )
  select i.invoice, w.owner, i.currency, sum(p.credits - p.taken_back)::bigint, i.paid,
    array_agg(p.line order by p.line), min(t.invoice)
  from wanted n
  join bursar.subscription_invoices i on i.id = n.id
  join bursar.subscription_periods p on p.invoice_id = i.id and p.taken_back < p.credits
  join bursar.wallets w on w.id = i.wallet_id
  left join lateral (
    select o.invoice
    from bursar.subscription_periods x
    join bursar.subscription_invoices o on o.id = x.invoice_id
    where x.subscription_id = p.subscription_id and x.invoice_id <> p.invoice_id and x.id < p.id
      and x.kind = 'period' and p.kind = 'period' and x.taken_back < x.credits
      and (x.period_start, x.period_end) = (p.period_start, p.period_end)
    order by x.id limit 1
  ) t on true
  group by i.id, w.owner
$$;
