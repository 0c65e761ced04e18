-- The sweeper: posts the expiry of lots and the end of holds whose time has come, a bounded slice at a time.
-- Late or absent it changes nothing that can be spent, because every burn tests time itself.
-- Returns how many wallets it touched; call again while that equals the limit.
create function bursar.expire_due(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallets bigint[];
begin
  select array_agg(d.id) into v_wallets
  from (
    select w.id from bursar.wallets w
    where w.next_change_at <= clock_timestamp() and w.next_change_at < 'infinity'
    order by w.next_change_at limit p_limit
  ) d;
  perform bursar.lock_wallets(coalesce(v_wallets, '{}'));
  return coalesce(cardinality(v_wallets), 0);
end $$;

-- Ends one batch of holds that ran out; returns how many were due. Everything that any of them concerns is locked first,
-- in one order; a hold that somebody else ends meanwhile, or that was extended, is left alone.
create function bursar.expire_holds(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_holds uuid[];
  v_wallets bigint[];
  v_now timestamptz;
begin
  select array_agg(d.id), array_agg(distinct d.wallet_id) into v_holds, v_wallets
  from (
    select h.id, h.wallet_id from bursar.holds h
    where h.status = 'open' and h.expires_at <= clock_timestamp()
    order by h.expires_at limit p_limit
  ) d;
  if v_holds is null then
    return 0;
  end if;
  -- Later than what the lock posted while the holds still pinned.
  v_now := bursar.moment_of(bursar.lock_with_left_pools(v_wallets), 1);
  perform bursar.lock_budgets_of(v_holds);
  perform bursar.end_holds(
    array(select h.id from bursar.holds h where h.id = any (v_holds) and h.expires_at <= v_now), 'expired', v_now);
  return cardinality(v_holds);
end $$;
