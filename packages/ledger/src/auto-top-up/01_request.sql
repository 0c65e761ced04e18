-- Noticing that a balance ran low. A wallet is armed (`top_up_below` is set) while a top-up may start, so whoever lowers
-- a balance sees at once, in the row it holds, that there is nothing to do for all other wallets.

-- Starts one try for each of these locked wallets that fell below its threshold, and disarms it. Returns how many.
-- With p_exact what is frozen or not effective yet does not count; without, only the wallet's row is read.
create function bursar.request_top_ups(p_wallets bigint[], p_exact boolean) returns integer
language plpgsql as $$
declare
  v_count integer;
begin
  with low as (
    select w.id
    from bursar.wallets w
    where w.id = any (p_wallets) and w.top_up_below is not null
      and case when p_exact then bursar.available_credits(w.id, clock_timestamp()) else w.credits - w.held end
        - w.owed < w.top_up_below
  ), disarmed as (
    update bursar.wallets w set top_up_below = null from low l where w.id = l.id
  ), requested as (
    insert into bursar.top_up_attempts (id, wallet_id, created_at)
    select bursar.new_id(), l.id, clock_timestamp()
    from low l
    -- One that is under way stays the only one, whoever notices.
    on conflict do nothing
    returning id, wallet_id
  )
  insert into bursar.outbox (kind, subject_wallet, payload)
  select 'topup-requested', r.wallet_id, jsonb_build_object('attempt', r.id)
  from requested r;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Whether a wallet is armed follows from its settings and its tries alone. The wallet is locked.
create function bursar.arm_top_up(p_wallet bigint) returns void
language sql as $$
  update bursar.wallets w set top_up_below = bursar.armed_below(p_wallet) where w.id = p_wallet
$$;

create function bursar.armed_below(p_wallet bigint) returns bigint
language sql stable as $$
  select s.threshold
  from bursar.auto_top_ups s
  where s.wallet_id = p_wallet and s.enabled and s.paused_reason is null and s.resume_at is null
    and not exists (
      select from bursar.top_up_attempts a
      where a.wallet_id = p_wallet and a.status in ('requested', 'charging', 'processing', 'unknown')
    )
$$;

-- By the clock: wallets whose waiting time is over are armed again, and wallets whose row was not touched when they fell
-- below their threshold are found.
create function bursar.request_due_top_ups(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallets bigint[];
begin
  v_wallets := array(
    select s.wallet_id from bursar.auto_top_ups s where s.resume_at <= clock_timestamp() order by s.wallet_id limit p_limit
  ) || array(
    select q.id from bursar.quietly_low(clock_timestamp()) q order by q.id limit p_limit
  );
  if v_wallets = '{}' then
    return 0;
  end if;
  perform bursar.lock_wallets(v_wallets);
  update bursar.auto_top_ups s
  set resume_at = null
  where s.wallet_id = any (v_wallets) and s.resume_at <= clock_timestamp();
  perform bursar.arm_top_up(w.id) from bursar.wallets w where w.id = any (v_wallets);
  return bursar.request_top_ups(v_wallets, true);
end $$;

-- Armed wallets that can spend less than their threshold although their row says more: credits were frozen, are not
-- effective yet, or have expired and nobody has posted that. Whoever lowers a row notices by itself, so only wallets that
-- one of these can be true of are looked at, each kind through an index of its own.
create function bursar.quietly_low(p_now timestamptz) returns table (id bigint)
language sql stable as $$
  with suspects as (
    select w.id from bursar.wallets w where w.top_up_below is not null and w.frozen_by is not null
    union
    select l.wallet_id
    from bursar.lots l
    where not l.closed and l.effective_at > l.created_at and l.effective_at > p_now
    union
    select w.id from bursar.wallets w where w.next_change_at <= p_now and w.next_change_at < 'infinity'
  )
  select w.id
  from suspects s
  join bursar.wallets w on w.id = s.id
  where w.top_up_below is not null and bursar.available_credits(w.id, p_now) - w.owed < w.top_up_below
$$;
