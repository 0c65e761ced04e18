-- What Stripe said about a subscription becomes its row, and what changed is told. p_facts has Stripe's state:
-- subscription (ours, null for one made in the dashboard), stripe_subscription, wallet, actor, terms, quantity, status,
-- item, price, customer and the times. p_read_at is the database's clock from before Stripe was asked: an older answer
-- changes nothing. Returns our id; null when its wallet is not known here.
create function bursar.mirror_subscription(p_facts jsonb, p_read_at timestamptz) returns uuid
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_facts ->> 'wallet');
  v_old bursar.subscriptions;
  v_new bursar.subscriptions;
begin
  perform bursar.lock_wallets(array[v_wallet]);
  select s.* into v_old from bursar.subscriptions s
  where s.stripe_subscription = p_facts ->> 'stripe_subscription'
    or (s.id = (p_facts ->> 'subscription')::uuid and s.stripe_subscription is null and s.wallet_id = v_wallet);
  if v_old.id is null then
    if v_wallet is null then
      return null;
    end if;
    insert into bursar.subscriptions (id, wallet_id, actor, plan, terms, quantity, status, created_at)
    values (bursar.new_id(), v_wallet, 'system:payments', p_facts -> 'terms' ->> 'plan', p_facts -> 'terms',
      (p_facts ->> 'quantity')::integer, p_facts ->> 'status', clock_timestamp())
    returning * into v_old;
  end if;
  if v_old.read_at > p_read_at then
    return v_old.id;
  end if;
  update bursar.subscriptions s
  set (stripe_subscription, plan, terms, quantity, status, item, price, customer, current_period_start,
      current_period_end, trial_end, cancel_at, canceled_at, ended_at, next_terms, next_quantity, next_at, read_at)
    = (select f.stripe_subscription, f.terms ->> 'plan', f.terms, f.quantity, f.status, f.item, f.price, f.customer,
        f.current_period_start, f.current_period_end, f.trial_end, f.cancel_at, f.canceled_at, f.ended_at,
        nullif(f.next_terms, 'null'), f.next_quantity, f.next_at, p_read_at
      from jsonb_populate_record(null::bursar.subscriptions, p_facts) f)
  where s.id = v_old.id
  returning * into v_new;
  if bursar.goes_on(v_new.status) then
    v_new := bursar.heed_subscription(v_old, v_new);
  end if;
  perform bursar.tell_subscription(v_old, v_new);
  return v_new.id;
end $$;

-- One that goes on although it should not. What was ordered here and paid while the wallet had a subscription already is
-- a duplicate: it ends at Stripe and its payment goes back. What somebody made in Stripe's dashboard was meant. Nothing
-- goes on for a wallet that was closed.
create function bursar.heed_subscription(p_old bursar.subscriptions, p_new bursar.subscriptions)
returns bursar.subscriptions
language plpgsql as $$
begin
  if p_old.stripe_subscription is null then
    perform bursar.replace_open_orders(p_new.wallet_id);
    if p_new.operation is not null then
      update bursar.subscriptions s
      set duplicate_of = (
        select min(x.id::text)::uuid from bursar.subscriptions x
        where x.wallet_id = s.wallet_id and x.id <> s.id and bursar.goes_on(x.status) and x.duplicate_of is null)
      where s.id = p_new.id
      returning s.* into p_new;
    end if;
  end if;
  if p_new.duplicate_of is not null or bursar.is_closed(p_new.wallet_id) then
    perform bursar.leave_errand(p_new.wallet_id, 'end_subscription', p_new.stripe_subscription);
  end if;
  return p_new;
end $$;

-- The turns of a subscription that people want to hear of, each told once because the row remembers where it was.
create function bursar.tell_subscription(p_old bursar.subscriptions, p_new bursar.subscriptions) returns void
language plpgsql as $$
declare
  v_summary jsonb := bursar.subscription_summary(p_new.id);
  v_seats jsonb := v_summary -> 'seats';
begin
  if p_new.ended_at is not null and p_old.ended_at is null then
    perform bursar.record_fact('subscription-ended', p_new.wallet_id, v_summary);
  elsif p_new.cancel_at is not null and p_new.cancel_at is distinct from p_old.cancel_at then
    perform bursar.record_fact('subscription-ending', p_new.wallet_id, v_summary);
  elsif p_new.cancel_at is null and p_old.cancel_at is not null and p_new.ended_at is null then
    perform bursar.record_fact('subscription-resumed', p_new.wallet_id, v_summary);
  end if;
  if jsonb_array_length(v_seats -> 'over') > 0 and bursar.goes_on(p_new.status)
    and p_old.seats_told is distinct from (v_seats ->> 'included')::integer
  then
    update bursar.subscriptions s set seats_told = (v_seats ->> 'included')::integer where s.id = p_new.id;
    perform bursar.record_fact('subscription-seats-exceeded', p_new.wallet_id, v_summary);
  elsif jsonb_array_length(v_seats -> 'over') = 0 and p_old.seats_told is not null then
    update bursar.subscriptions s set seats_told = null where s.id = p_new.id;
  end if;
end $$;
