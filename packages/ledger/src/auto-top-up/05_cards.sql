-- Saved cards: mirrors of Stripe's, rewritten whenever somebody looked.

-- Returns the wallet the card belongs to, null for a customer that is not ours. The first card becomes the default, and
-- so does one that replaces a card which the breaker stopped.
create function bursar.mirror_payment_method(
  p_id text, p_customer text, p_brand text, p_last4 text, p_exp_month smallint, p_exp_year smallint, p_fingerprint text
) returns text
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := (select c.wallet_id from bursar.stripe_customers c where c.customer = p_customer);
  v_now timestamptz;
  v_new boolean;
begin
  if v_wallet is null then
    return null;
  end if;
  v_now := bursar.lock_wallets(array[v_wallet]);
  v_new := not exists (select from bursar.payment_methods m where m.id = p_id and m.detached_at is null);
  insert into bursar.payment_methods (
    id, wallet_id, customer, brand, last4, exp_month, exp_year, fingerprint, created_at
  ) values (p_id, v_wallet, p_customer, p_brand, p_last4, p_exp_month, p_exp_year, p_fingerprint, v_now)
  on conflict (id) do update
  set brand = excluded.brand, last4 = excluded.last4, exp_month = excluded.exp_month, exp_year = excluded.exp_year,
    fingerprint = excluded.fingerprint, customer = excluded.customer, wallet_id = excluded.wallet_id, detached_at = null;
  if not exists (select from bursar.payment_methods m where m.wallet_id = v_wallet and m.is_default)
    or (v_new and exists (
      select from bursar.auto_top_ups s
      where s.wallet_id = v_wallet and s.paused_reason is not null and s.payment_method is null
        and s.breaker_fingerprint <> p_fingerprint))
  then
    perform bursar.make_default(v_wallet, p_id);
  end if;
  perform bursar.heed_card(v_wallet);
  if bursar.is_closed(v_wallet) then
    perform bursar.leave_errand(v_wallet, 'detach_card', p_id);
  end if;
  return (select w.owner from bursar.wallets w where w.id = v_wallet);
end $$;

create function bursar.make_default(p_wallet bigint, p_id text) returns void
language plpgsql as $$
begin
  update bursar.payment_methods m set is_default = false where m.wallet_id = p_wallet and m.is_default and m.id <> p_id;
  update bursar.payment_methods m set is_default = true where m.id = p_id and m.wallet_id = p_wallet and m.detached_at is null;
end $$;

-- Another card than the one whose declines were counted starts without a past.
create function bursar.heed_card(p_wallet bigint) returns void
language plpgsql as $$
begin
  perform bursar.close_breaker(p_wallet)
  from bursar.auto_top_ups s
  join bursar.payment_methods m on m.id = bursar.top_up_card(s)
  where s.wallet_id = p_wallet and s.breaker_fingerprint <> m.fingerprint;
  if found and bursar.has_open_checkout(p_wallet) then
    -- Perhaps the card was saved by paying there: nobody shall buy the same credits twice because we were quicker.
    update bursar.auto_top_ups s set resume_at = clock_timestamp() + interval '2 minutes' where s.wallet_id = p_wallet;
    perform bursar.arm_top_up(p_wallet);
  end if;
  perform bursar.request_top_ups(array[p_wallet], true);
end $$;

create function bursar.has_open_checkout(p_wallet bigint) returns boolean
language sql stable as $$
  select exists (
    select from bursar.purchases p
    where p.wallet_id = p_wallet and p.status = 'awaiting_payment' and p.checkout_session is not null
  )
$$;

-- The card is gone at Stripe. No other one is charged in its place: nobody agreed to that.
create function bursar.forget_payment_method(p_id text) returns text
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := (select m.wallet_id from bursar.payment_methods m where m.id = p_id);
  v_was text;
  v_now timestamptz;
begin
  if v_wallet is null then
    return null;
  end if;
  v_now := bursar.lock_wallets(array[v_wallet]);
  v_was := (select bursar.top_up_card(s) from bursar.auto_top_ups s where s.wallet_id = v_wallet and s.enabled);
  update bursar.payment_methods m set detached_at = v_now, is_default = false where m.id = p_id and m.detached_at is null;
  if v_was = p_id then
    perform bursar.switch_top_up_off(v_wallet, 'card_removed', v_now);
  end if;
  return (select w.owner from bursar.wallets w where w.id = v_wallet);
end $$;

-- Chosen by a person; top-ups that follow the default charge it from now on. False when the wallet has no such card.
create function bursar.choose_default_card(p_owner text, p_id text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
begin
  perform bursar.lock_wallets(array[v_wallet]);
  if not exists (
    select from bursar.payment_methods m where m.id = p_id and m.wallet_id = v_wallet and m.detached_at is null
  ) then
    return false;
  end if;
  perform bursar.make_default(v_wallet, p_id);
  perform bursar.heed_card(v_wallet);
  return true;
end $$;
