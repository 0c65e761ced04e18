-- A person's word: when to buy, how much, and up to what a month.

-- Agreeing again also closes the breaker. A change of the numbers needs consent anew, because it is to other terms.
-- refusal: wallet_not_found | wallet_closed | no_card | unknown_card | nothing_saved
create function bursar.put_auto_top_up(
  p_owner text, p_enabled boolean, p_threshold bigint, p_amount bigint, p_target bigint, p_cap bigint, p_currency text,
  p_payment_method text, p_actor text
) returns text
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_now timestamptz;
begin
  if v_wallet is null then
    return 'wallet_not_found';
  end if;
  v_now := bursar.lock_wallets(array[v_wallet]);
  if p_enabled and bursar.is_closed(v_wallet) then
    return 'wallet_closed';
  end if;
  if not p_enabled then
    return bursar.stop_auto_top_up(v_wallet, v_now);
  end if;
  if p_payment_method is not null and not exists (
    select from bursar.payment_methods m
    where m.id = p_payment_method and m.wallet_id = v_wallet and m.detached_at is null
  ) then
    return 'unknown_card';
  end if;
  if p_payment_method is null and not exists (
    select from bursar.payment_methods m where m.wallet_id = v_wallet and m.is_default
  ) then
    return 'no_card';
  end if;
  insert into bursar.auto_top_ups as s (
    wallet_id, enabled, threshold, amount, target, monthly_cap, currency, payment_method, consent_by, consent_at,
    consent_terms, updated_at
  ) values (
    v_wallet, true, p_threshold, p_amount, p_target, p_cap, p_currency, p_payment_method, p_actor, v_now,
    jsonb_strip_nulls(jsonb_build_object(
      'threshold', bursar.credits_text(p_threshold), 'amount', bursar.credits_text(p_amount),
      'target', bursar.credits_text(p_target), 'monthly_cap', bursar.money(p_cap, p_currency),
      'payment_method', p_payment_method)), v_now
  )
  on conflict (wallet_id) do update
  set enabled = true, threshold = excluded.threshold, amount = excluded.amount, target = excluded.target,
    monthly_cap = excluded.monthly_cap, currency = excluded.currency, payment_method = excluded.payment_method,
    consent_by = excluded.consent_by, consent_at = excluded.consent_at, consent_terms = excluded.consent_terms,
    off_reason = null, declines = 0, breaker_fingerprint = null, paused_reason = null, paused_at = null, resume_at = null,
    -- Of another cap one is told again.
    cap_told_for = case when s.monthly_cap = excluded.monthly_cap then s.cap_told_for end,
    updated_at = excluded.updated_at;
  perform bursar.arm_top_up(v_wallet);
  perform bursar.request_top_ups(array[v_wallet], true);
  return null;
end $$;

-- What is under way is finished; nothing new begins.
create function bursar.stop_auto_top_up(p_wallet bigint, p_now timestamptz) returns text
language plpgsql as $$
begin
  update bursar.auto_top_ups s
  set enabled = false, off_reason = null, paused_reason = null, paused_at = null, resume_at = null, declines = 0,
    breaker_fingerprint = null, updated_at = p_now
  where s.wallet_id = p_wallet;
  if not found then
    return 'nothing_saved';
  end if;
  perform bursar.arm_top_up(p_wallet);
  return null;
end $$;
