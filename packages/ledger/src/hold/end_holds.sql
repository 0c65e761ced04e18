-- A hold ends exactly once: by its final capture, by its release, or by time.

create function bursar.release_hold(p_command bursar.hold_command, p_now timestamptz) returns bursar.hold_outcome
language plpgsql as $$
declare
  v_found record := bursar.open_hold(p_command.hold, p_now);
  v_hold bursar.holds := v_found.hold;
begin
  if v_found.error is not null then
    return row(v_found.error, null, null)::bursar.hold_outcome;
  end if;
  perform bursar.end_holds(array[v_hold.id], 'released', p_now);
  v_hold.status := 'released';
  return row(null, jsonb_build_object('hold', bursar.hold_summary(v_hold)), null)::bursar.hold_outcome;
end $$;

-- The hold if it is open at this moment, else why not. A hold whose time has come ends here, so that a late sweeper
-- changes nothing. Its wallet is locked.
create function bursar.open_hold(p_hold uuid, p_now timestamptz, out hold bursar.holds, out error jsonb)
language plpgsql as $$
begin
  select h.* into hold from bursar.holds h where h.id = p_hold;
  if hold.id is null then
    error := bursar.refusal('not_found', 'There is no such hold; no credits moved.');
    return;
  end if;
  if hold.status = 'open' and hold.expires_at <= p_now then
    perform bursar.end_holds(array[p_hold], 'expired', p_now);
    hold.status := 'expired';
  end if;
  if hold.status <> 'open' then
    error := bursar.refusal('hold_not_open', format('The hold is %s already; no credits moved. Place another one.', hold.status));
  end if;
end $$;

-- Ends holds whose wallets are locked, with the pools to which their credits may return. What they free goes, in this
-- order: to the organization a removed member had it from, to expiry if its time has passed, to what the wallet owes, and
-- only then to what can be spent. Returns how many were open.
create function bursar.end_holds(p_holds uuid[], p_status bursar.hold_status, p_now timestamptz) returns integer
language plpgsql as $$
declare
  v_ended uuid[];
  v_touched bigint[];
  v_freed bigint;
  v_wallet bigint;
begin
  with ended as (
    update bursar.holds h set status = p_status, closed_at = p_now
    where h.id = any (p_holds) and h.status = 'open'
    returning h.*
  ), told as (
    insert into bursar.outbox (kind, subject_wallet, payload)
    select 'hold-expired', e.wallet_id, jsonb_build_object(
      'id', bursar.public_id('hold', e.id), 'product', e.product, 'amount', bursar.credits_text(e.amount),
      'captured', bursar.credits_text(e.captured), 'freed', bursar.credits_text(greatest(e.amount - e.captured, 0)))
    from ended e
    where p_status = 'expired'
  ), unbudgeted as (
    update bursar.budget_periods c set held = c.held - f.freed
    from (
      select u.budget, u.starts_at, sum(greatest(e.amount - e.captured, 0))::bigint as freed
      from ended e
      join bursar.budget_uses u on u.subject = e.id
      group by u.budget, u.starts_at
    ) f
    where c.budget = f.budget and c.starts_at = f.starts_at
  )
  select array_agg(e.id), array_agg(distinct e.wallet_id), sum(greatest(e.amount - e.captured, 0))
  into v_ended, v_touched, v_freed
  from ended e;
  -- A hold that was captured in full frees nothing, and nothing follows.
  if coalesce(v_freed, 0) = 0 then
    return coalesce(cardinality(v_ended), 0);
  end if;
  perform bursar.free_slices(v_ended);
  for v_wallet in select w from unnest(v_touched) w order by w loop
    perform bursar.return_to_left_pools(v_wallet, p_now);
  end loop;
  select array_agg(w.id) into v_touched
  from bursar.wallets w
  where w.id = any (v_touched) and (w.owed > 0 or exists (
    select from bursar.slices s
    join bursar.lots l on l.id = s.lot_id
    where s.holder = any (v_ended) and l.wallet_id = w.id and l.expires_at <= p_now));
  if v_touched is not null then
    perform bursar.bring_up_to_date(v_touched, p_now);
  end if;
  return cardinality(v_ended);
end $$;
