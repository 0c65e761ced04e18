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

-- Ends one batch of holds that ran out; returns how many. Everything that any of them concerns is locked first, in
-- one order: hold after hold would lock the pools of later holds behind wallets that are locked already.
create function bursar.expire_holds(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_holds uuid[];
  v_hold uuid;
  v_ended integer := 0;
begin
  select array_agg(d.id order by d.wallet_id, d.id) into v_holds
  from (
    select h.id, h.wallet_id from bursar.holds h
    where h.status = 'open' and h.expires_at <= clock_timestamp()
    order by h.expires_at limit p_limit
  ) d;
  perform bursar.lock_holds(coalesce(v_holds, '{}'));
  foreach v_hold in array coalesce(v_holds, '{}') loop
    v_ended := v_ended + bursar.end_hold_if_due(v_hold);
  end loop;
  return v_ended;
end $$;
