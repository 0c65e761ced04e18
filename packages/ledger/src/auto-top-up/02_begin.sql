-- From "the balance is low" to an order: everything is looked at again under the lock, the price is fixed, and the order
-- is written before Stripe hears of it. The order is an ordinary one, so receipts, refunds and disputes need no rules
-- of their own.

-- What the price book says: micro-credits for one major unit, minor units in it, and the limits of one purchase.
create type bursar.credit_price as (
  micro_per_major bigint, minor_per_major bigint, currency text, minimum bigint, maximum bigint, expiry_months integer
);

-- Returns the try as it stands afterwards (`top_up_attempt_summary`); a repetition finds it begun and changes nothing.
create function bursar.begin_top_up(p_attempt uuid, p_price bursar.credit_price) returns jsonb
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_attempt bursar.top_up_attempts;
  v_settings bursar.auto_top_ups;
  v_card bursar.payment_methods;
  v_now timestamptz;
  v_free bigint;
  v_quote record;
  v_reason text;
begin
  select a.* into v_attempt from bursar.top_up_attempts a where a.id = p_attempt;
  if v_attempt.id is null then
    return null;
  end if;
  v_now := bursar.lock_wallets(array[v_attempt.wallet_id]);
  select a.* into strict v_attempt from bursar.top_up_attempts a where a.id = p_attempt;
  if v_attempt.status <> 'requested' then
    return bursar.top_up_attempt_summary(p_attempt);
  end if;
  select s.* into strict v_settings from bursar.auto_top_ups s where s.wallet_id = v_attempt.wallet_id;
  select m.* into v_card from bursar.payment_methods m where m.id = bursar.top_up_card(v_settings);
  select bursar.available_credits(w.id, v_now) - w.owed into strict v_free from bursar.wallets w where w.id = v_attempt.wallet_id;
  v_quote := bursar.quote_top_up(coalesce(v_settings.amount, v_settings.target - v_free), p_price);
  v_reason := case
    when not v_settings.enabled then 'off'
    when v_settings.paused_reason is not null then 'paused'
    when v_free >= v_settings.threshold then 'recovered'
    when v_card.id is null then 'card_removed'
    when v_settings.currency <> p_price.currency then 'currency_changed'
    when bursar.card_exhausted(v_card.fingerprint, v_now) then 'card_exhausted'
    when bursar.topped_up_in_month(v_attempt.wallet_id, v_now) + v_quote.subtotal > v_settings.monthly_cap then 'monthly_cap'
  end;
  if v_reason is not null then
    perform bursar.skip_top_up(v_attempt, v_settings, v_reason, v_quote.subtotal, v_now);
  else
    perform bursar.order_top_up(v_attempt, v_card, v_quote.credits, v_quote.subtotal, p_price, v_now);
  end if;
  return bursar.top_up_attempt_summary(p_attempt);
end $$;

-- The card that would be charged: the one chosen, else the default; null when it is gone.
create function bursar.top_up_card(p_settings bursar.auto_top_ups) returns text
language sql stable as $$
  select m.id
  from bursar.payment_methods m
  where m.wallet_id = p_settings.wallet_id and m.detached_at is null
    and case when p_settings.payment_method is null then m.is_default else m.id = p_settings.payment_method end
$$;

-- The price goes up to what can be charged, which never ends in a thousandth; credits for a limit go half up to the
-- micro-credit, as in every quote.
create function bursar.quote_top_up(p_credits bigint, p_price bursar.credit_price, out credits bigint, out subtotal bigint)
language plpgsql immutable as $$
declare
  -- A bigint could not hold what many credits cost where a credit is dear; the limits bring it back.
  v_step integer := case p_price.minor_per_major when 1000 then 10 else 1 end;
  v_worth numeric := p_price.micro_per_major::numeric * v_step;
  v_exact numeric := div(p_credits::numeric * p_price.minor_per_major + v_worth - 1, v_worth) * v_step;
begin
  subtotal := greatest(p_price.minimum, least(p_price.maximum, v_exact))::bigint;
  credits := p_credits;
  if subtotal <> v_exact then
    credits := div(
      2 * subtotal::numeric * p_price.micro_per_major + p_price.minor_per_major, 2 * p_price.minor_per_major);
  end if;
end $$;

-- Card networks count declined tries of a card, fifteen in thirty days at the strictest, and fine whoever goes on.
create function bursar.card_exhausted(p_fingerprint text, p_now timestamptz) returns boolean
language sql stable as $$
  select count(*) >= 15
  from (
    select from bursar.top_up_attempts a
    where a.fingerprint = p_fingerprint and a.status = 'declined' and a.settled_at > p_now - interval '30 days'
    limit 15
  ) d
$$;

-- Minor units charged or about to be charged in this calendar month (UTC). What went back since still counts.
create function bursar.topped_up_in_month(p_wallet bigint, p_now timestamptz) returns bigint
language sql stable as $$
  select coalesce(sum(p.subtotal), 0)::bigint
  from bursar.top_up_attempts a
  join bursar.purchases p on p.id = a.id
  where a.wallet_id = p_wallet and a.started_at >= date_trunc('month', p_now, 'UTC')
    and a.status in ('charging', 'processing', 'unknown', 'succeeded', 'review')
$$;

create function bursar.order_top_up(
  p_attempt bursar.top_up_attempts, p_card bursar.payment_methods, p_credits bigint, p_subtotal bigint,
  p_price bursar.credit_price, p_now timestamptz
) returns void
language plpgsql as $$
begin
  update bursar.top_up_attempts a
  set status = 'charging', payment_method = p_card.id, fingerprint = p_card.fingerprint, customer = p_card.customer,
    started_at = p_now
  where a.id = p_attempt.id;
  insert into bursar.purchases (
    id, wallet_id, operation, actor, credits, subtotal, currency, expiry_months, customer, created_at
  ) values (
    p_attempt.id, p_attempt.wallet_id, p_attempt.id, bursar.top_up_actor(), p_credits, p_subtotal, p_price.currency,
    p_price.expiry_months, p_card.customer, p_now
  );
  -- The operation is the ordering, which has succeeded; what becomes of the payment is told by the order.
  insert into bursar.operations (key, type, request_hash, caller, status, result, created_at, completed_at)
  values (
    p_attempt.id, 'purchase', p_attempt.id, bursar.top_up_actor(), 'succeeded',
    jsonb_build_object('purchase', bursar.purchase_summary(p_attempt.id)), p_attempt.created_at, p_now);
end $$;

create function bursar.top_up_actor() returns text
language sql immutable parallel safe
return 'system:auto-top-up';

-- Nothing is bought. What a person can mend is told: once per month for the cap, else by pausing.
create function bursar.skip_top_up(
  p_attempt bursar.top_up_attempts, p_settings bursar.auto_top_ups, p_reason text, p_subtotal bigint, p_now timestamptz
) returns void
language plpgsql as $$
declare
  v_month timestamptz := date_trunc('month', p_now, 'UTC');
begin
  update bursar.top_up_attempts a set status = 'skipped', reason = p_reason, settled_at = p_now where a.id = p_attempt.id;
  if p_reason = 'monthly_cap' then
    update bursar.auto_top_ups s
    set resume_at = (v_month at time zone 'UTC' + interval '1 month') at time zone 'UTC',
      cap_told_for = (v_month at time zone 'UTC')::date
    where s.wallet_id = p_attempt.wallet_id;
    if p_settings.cap_told_for is distinct from (v_month at time zone 'UTC')::date then
      perform bursar.record_fact('topup-cap-reached', p_attempt.wallet_id, jsonb_build_object(
        'cap', bursar.money(p_settings.monthly_cap, p_settings.currency),
        'charged', bursar.money(bursar.topped_up_in_month(p_attempt.wallet_id, p_now), p_settings.currency),
        'next', bursar.money(p_subtotal, p_settings.currency)));
    end if;
  elsif p_reason = 'card_removed' then
    perform bursar.switch_top_up_off(p_attempt.wallet_id, p_reason, p_now);
  elsif p_reason in ('currency_changed', 'card_exhausted') then
    update bursar.auto_top_ups s
    set breaker_fingerprint = (select m.fingerprint from bursar.payment_methods m where m.id = bursar.top_up_card(s))
    where s.wallet_id = p_attempt.wallet_id and p_reason = 'card_exhausted';
    perform bursar.pause_top_up(p_attempt.wallet_id, p_reason, p_now, null);
  end if;
  perform bursar.arm_top_up(p_attempt.wallet_id);
end $$;

create function bursar.money(p_amount bigint, p_currency text) returns jsonb
language sql immutable parallel safe
return jsonb_build_object('amount', p_amount, 'currency', p_currency);

-- A try as the worker needs it.
create function bursar.top_up_attempt_summary(p_attempt uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', a.id, 'wallet', w.owner, 'status', a.status, 'customer', a.customer, 'paymentMethod', a.payment_method,
    'paymentIntent', a.payment_intent, 'credits', p.credits::text, 'subtotal', p.subtotal, 'currency', p.currency,
    'startedAt', a.started_at, 'ageSeconds', floor(extract(epoch from clock_timestamp() - a.started_at)))
  from bursar.top_up_attempts a
  join bursar.wallets w on w.id = a.wallet_id
  left join bursar.purchases p on p.id = a.id
  where a.id = p_attempt
$$;
