-- What must be remembered about Stripe between the steps of a purchase.

create function bursar.remember_customer(p_owner text, p_customer text, p_before text) returns text
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_customer text;
begin
  insert into bursar.stripe_customers (wallet_id, customer)
  select w.id, p_customer from bursar.wallets w where w.owner = p_owner
  on conflict (wallet_id) do update set customer = excluded.customer, created_at = now()
    where stripe_customers.customer = p_before;
  select c.customer into v_customer
  from bursar.stripe_customers c
  join bursar.wallets w on w.id = c.wallet_id
  where w.owner = p_owner;
  return v_customer;
end $$;

create function bursar.settle_stripe_event(p_id text, p_status bursar.stripe_event_status) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.stripe_events e set status = p_status, processed_at = clock_timestamp() where e.id = p_id
$$;
