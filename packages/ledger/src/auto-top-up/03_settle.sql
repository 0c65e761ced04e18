-- What became of a try. The job that charged, the webhook and the reconciliation all end here; each outcome counts once.

-- p_outcome: succeeded | processing | unknown | declined | failed | review. p_paid is in minor units; the rest says why.
-- Returns the try's status afterwards, null for a try that is not ours.
create function bursar.settle_top_up(
  p_attempt uuid, p_outcome bursar.top_up_status, p_payment_intent text, p_paid bigint, p_decline_kind text,
  p_decline_code text, p_reason text, p_checkout_url text
) returns bursar.top_up_status
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_attempt bursar.top_up_attempts;
  v_now timestamptz;
begin
  select a.* into v_attempt from bursar.top_up_attempts a where a.id = p_attempt and a.started_at is not null;
  if v_attempt.id is null then
    return null;
  end if;
  v_now := bursar.lock_wallets(array[v_attempt.wallet_id]);
  select a.* into strict v_attempt from bursar.top_up_attempts a where a.id = p_attempt;
  -- Money that came in is granted whatever was believed before, unless an operator has decided; everything else can only
  -- end what is under way.
  if v_attempt.status = 'succeeded' or (v_attempt.settled_at is not null and p_outcome <> 'succeeded')
    or exists (select from bursar.purchases p where p.id = p_attempt and p.dismissed_at is not null)
  then
    return v_attempt.status;
  end if;
  if p_outcome in ('processing', 'unknown') then
    update bursar.top_up_attempts a
    set status = case when a.status = 'processing' then a.status else p_outcome end,
      payment_intent = coalesce(p_payment_intent, a.payment_intent)
    where a.id = p_attempt
    returning a.status into v_attempt.status;
    return v_attempt.status;
  end if;
  assert p_outcome in ('succeeded', 'declined', 'failed', 'review'), 'a try ends in one of four ways';
  if p_outcome = 'succeeded' and bursar.is_closed(v_attempt.wallet_id) then
    p_outcome := 'review';
    p_reason := 'It was paid after its wallet had been closed; refund the payment in Stripe.';
  end if;
  update bursar.top_up_attempts a
  set status = p_outcome, payment_intent = coalesce(p_payment_intent, a.payment_intent),
    decline_kind = p_decline_kind, decline_code = p_decline_code, reason = p_reason, settled_at = v_now
  where a.id = p_attempt
  returning a.* into v_attempt;
  if p_outcome = 'succeeded' then
    perform bursar.grant_top_up(v_attempt, p_paid, v_now);
  else
    perform bursar.close_top_up(v_attempt, p_checkout_url, v_now);
  end if;
  perform bursar.arm_top_up(v_attempt.wallet_id);
  perform bursar.request_top_ups(array[v_attempt.wallet_id], true);
  return v_attempt.status;
end $$;

create function bursar.grant_top_up(p_attempt bursar.top_up_attempts, p_paid bigint, p_now timestamptz) returns void
language plpgsql as $$
begin
  update bursar.purchases p
  set payment_intent = p_attempt.payment_intent
  where p.id = p_attempt.id and p.transaction_id is null;
  if found then
    perform bursar.grant_purchase(p_attempt.id, p_paid, p_now);
  end if;
  perform bursar.close_breaker(p_attempt.wallet_id, p_attempt.fingerprint);
end $$;

-- Ends a try that brought nothing, and the order with it.
create function bursar.close_top_up(p_attempt bursar.top_up_attempts, p_checkout_url text, p_now timestamptz) returns void
language plpgsql as $$
begin
  update bursar.purchases p
  set status = case p_attempt.status when 'review' then 'needs_review' else 'failed' end::bursar.purchase_status,
    review_reason = case p_attempt.status when 'review' then p_attempt.reason end,
    settled_at = case p_attempt.status when 'review' then null else p_now end
  where p.id = p_attempt.id and p.transaction_id is null;
  if p_attempt.status = 'review' then
    perform bursar.pause_top_up(p_attempt.wallet_id, 'review', p_now, p_checkout_url);
  elsif p_attempt.status = 'failed' then
    -- Whoever cancelled it at Stripe must not meet the next one at once.
    update bursar.auto_top_ups s set resume_at = p_now + interval '1 hour' where s.wallet_id = p_attempt.wallet_id;
  elsif p_attempt.decline_kind = 'card_gone' then
    perform bursar.switch_top_up_off(p_attempt.wallet_id, 'card_removed', p_now);
  else
    perform bursar.count_decline(p_attempt, p_checkout_url, p_now);
  end if;
end $$;

-- The breaker. Declines that may pass (too little money, an unreachable bank) wait longer each time and pause at the
-- third; those that will not pass, and cards that want their owner to confirm, pause at once. Told from the first on.
create function bursar.count_decline(p_attempt bursar.top_up_attempts, p_checkout_url text, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_settings bursar.auto_top_ups;
begin
  update bursar.auto_top_ups s
  set declines = case when s.breaker_fingerprint = p_attempt.fingerprint then s.declines + 1 else 1 end,
    breaker_fingerprint = p_attempt.fingerprint
  where s.wallet_id = p_attempt.wallet_id
    -- A card that was replaced meanwhile says nothing about the new one.
    and p_attempt.fingerprint = (
      select m.fingerprint from bursar.payment_methods m where m.id = bursar.top_up_card(s))
  returning s.* into v_settings;
  if v_settings.wallet_id is null then
    return;
  end if;
  if p_attempt.decline_kind <> 'soft' or v_settings.declines >= 3 then
    perform bursar.pause_top_up(
      p_attempt.wallet_id,
      case p_attempt.decline_kind
        when 'soft' then 'declined_repeatedly'
        when 'authentication' then 'authentication_required'
        when 'refused' then 'refused'
        else 'card_declined' end,
      p_now, p_checkout_url, p_attempt);
    return;
  end if;
  update bursar.auto_top_ups s
  set resume_at = p_now + interval '1 hour' * (1 << (v_settings.declines - 1))
  where s.wallet_id = p_attempt.wallet_id
  returning s.* into v_settings;
  perform bursar.record_fact('topup-declined', p_attempt.wallet_id,
    bursar.top_up_facts(p_attempt, p_checkout_url) || jsonb_build_object(
      'declines', v_settings.declines, 'next_attempt_at', bursar.instant_text(v_settings.resume_at)));
end $$;

create function bursar.pause_top_up(
  p_wallet bigint, p_reason text, p_now timestamptz, p_checkout_url text, p_attempt bursar.top_up_attempts default null
) returns void
language plpgsql as $$
begin
  update bursar.auto_top_ups s
  set paused_reason = p_reason, paused_at = p_now, resume_at = null
  where s.wallet_id = p_wallet and s.enabled and s.paused_reason is null;
  if found then
    perform bursar.record_fact('topup-paused', p_wallet,
      bursar.top_up_facts(p_attempt, p_checkout_url) || jsonb_build_object('reason', p_reason));
  end if;
  perform bursar.arm_top_up(p_wallet);
end $$;

create function bursar.switch_top_up_off(p_wallet bigint, p_reason text, p_now timestamptz) returns void
language plpgsql as $$
begin
  update bursar.auto_top_ups s
  set enabled = false, off_reason = p_reason, paused_reason = null, paused_at = null, resume_at = null, declines = 0,
    breaker_fingerprint = null, updated_at = p_now
  where s.wallet_id = p_wallet and s.enabled;
  if found then
    perform bursar.record_fact('topup-switched-off', p_wallet, jsonb_build_object('reason', p_reason));
  end if;
  perform bursar.arm_top_up(p_wallet);
end $$;

-- A success, a person's word or another card closes the breaker again. Only a success of the card it watches counts.
create function bursar.close_breaker(p_wallet bigint, p_fingerprint text default null) returns void
language sql as $$
  update bursar.auto_top_ups s
  set declines = 0, breaker_fingerprint = null, paused_reason = null, paused_at = null, resume_at = null
  where s.wallet_id = p_wallet and s.breaker_fingerprint = coalesce(p_fingerprint, s.breaker_fingerprint)
    -- A dispute, for one, is not mended by a card that works.
    and coalesce(s.paused_reason, 'card_declined') in (
      'declined_repeatedly', 'card_declined', 'authentication_required', 'refused', 'card_exhausted');
  select bursar.arm_top_up(p_wallet)
$$;

-- What people are told of a declined try.
create function bursar.top_up_facts(p_attempt bursar.top_up_attempts, p_checkout_url text) returns jsonb
language sql stable as $$
  select coalesce(jsonb_strip_nulls(jsonb_build_object(
    'credits', bursar.credits_text(p.credits), 'total', bursar.money(p.subtotal, p.currency),
    'code', p_attempt.decline_code,
    'card', (select jsonb_strip_nulls(jsonb_build_object('brand', m.brand, 'last4', m.last4))
      from bursar.payment_methods m where m.id = p_attempt.payment_method),
    'checkout_url', p_checkout_url)), '{}')
  from (select) one
  left join bursar.purchases p on p.id = p_attempt.id
$$;

-- A dispute, a fraud warning or an operator stops further charges until a person switches it on again.
create function bursar.pause_auto_top_up(p_owner text, p_reason text) returns void
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
begin
  perform bursar.pause_top_up(v_wallet, p_reason, bursar.lock_wallets(array[v_wallet]), null);
end $$;
