-- The sweeper: posts the expiry of lots and the end of holds whose time has come, some at a time. Late or absent it
-- changes nothing that can be spent, because every burn tests time itself.

-- What of one kind (wallet | hold) is due, oldest first, as text; without what is parked or named in p_but.
create function bursar.due_expiries(p_kind text, p_but text[], p_limit integer) returns setof text
language plpgsql stable as $$
begin
  if p_kind = 'wallet' then
    return query
      select w.id::text
      from bursar.wallets w
      where w.next_change_at <= clock_timestamp() and w.next_change_at < 'infinity'
        and w.id::text <> all (p_but) and not bursar.is_parked('wallet', w.id::text)
      order by w.next_change_at
      limit p_limit;
  else
    return query
      select h.id::text
      from bursar.holds h
      where h.status = 'open' and h.expires_at <= clock_timestamp()
        and h.id::text <> all (p_but) and not bursar.is_parked('hold', h.id::text)
      order by h.expires_at
      limit p_limit;
  end if;
end $$;

create function bursar.is_parked(p_kind text, p_subject text) returns boolean
language sql stable as $$
  select exists (
    select from bursar.parked_expiries p
    where p.kind = p_kind and p.subject = p_subject and p.retry_at > clock_timestamp()
  )
$$;

-- Brings these wallets up to date, which is what locking them does.
create function bursar.expire_wallets(p_wallets text[]) returns void
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  perform bursar.lock_wallets(p_wallets::bigint[]);
  delete from bursar.parked_expiries p where p.kind = 'wallet' and p.subject = any (p_wallets);
end $$;

-- Ends these holds, which ran out. Everything that any of them concerns is locked first, in one order; a hold that
-- somebody else ends meanwhile, or that was extended, is left alone.
create function bursar.expire_holds(p_holds text[]) returns void
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_holds uuid[] := p_holds::uuid[];
  v_now timestamptz;
begin
  -- Later than what the lock posted while the holds still pinned.
  v_now := bursar.moment_of(bursar.lock_with_left_pools(array(
    select distinct h.wallet_id from bursar.holds h where h.id = any (v_holds))), 1);
  perform bursar.lock_budgets_of(v_holds);
  perform bursar.end_holds(
    array(select h.id from bursar.holds h where h.id = any (v_holds) and h.expires_at <= v_now), 'expired', v_now);
  delete from bursar.parked_expiries p where p.kind = 'hold' and p.subject = any (p_holds);
end $$;

-- Leaves one out for a while that fails by itself: five minutes, then twice as long each time, a day at most.
create function bursar.park_expiry(p_kind text, p_subject text, p_error text) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  insert into bursar.parked_expiries as p (kind, subject, error, retry_at)
  values (p_kind, p_subject, left(p_error, 1000), clock_timestamp() + interval '5 minutes')
  on conflict (kind, subject) do update
  set error = excluded.error, failures = p.failures + 1,
    retry_at = clock_timestamp() + least(interval '5 minutes' * power(2, least(p.failures, 12)), interval '1 day')
$$;
