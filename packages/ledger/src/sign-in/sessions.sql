-- Sessions of the console. Only keyed hashes of their cookies arrive here, and the ingress may call these functions and
-- nothing else: it can end a session whose cookie it was shown, and all of a person, and list none.

-- Null when the person was deleted meanwhile. p_replaces is the session that the browser had before.
create function bursar.begin_session(
  p_hash bytea, p_user text, p_issuer text, p_operator_by text, p_id_token bytea, p_life interval, p_replaces bytea
) returns timestamptz
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now constant timestamptz := clock_timestamp();
begin
  -- Whoever deletes the person finds this session, or this finds no person.
  perform from bursar.users u where u.id = p_user and u.deleted_at is null for share;
  if not found then
    return null;
  end if;
  delete from bursar.sessions s where s.hash = p_replaces;
  -- Whoever signs in from everywhere at once loses the oldest.
  delete from bursar.sessions s
  where s.hash in (
    select o.hash from bursar.sessions o where o.user_id = p_user order by o.created_at desc, o.hash offset 49
  );
  insert into bursar.sessions (hash, user_id, issuer, operator_by, id_token, created_at, seen_at, expires_at)
  values (p_hash, p_user, p_issuer, p_operator_by, p_id_token, v_now, v_now, v_now + p_life);
  return v_now + p_life;
end $$;

-- Who has the session with this hash; nothing when it has ended, idled too long or belongs to another provider. That it was
-- used is written once a minute, for a page asks many times in one.
create function bursar.use_session(
  p_hash bytea, p_issuer text, p_idle interval, out person text, out operator_by text, out expires_at timestamptz
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now constant timestamptz := clock_timestamp();
  v_seen timestamptz;
begin
  select s.user_id, s.operator_by, s.expires_at, s.seen_at into person, operator_by, expires_at, v_seen
  from bursar.sessions s
  join bursar.users u on u.id = s.user_id and u.deleted_at is null
  where s.hash = p_hash and s.issuer = p_issuer and s.expires_at > v_now and s.seen_at > v_now - p_idle;
  if v_seen < v_now - least(interval '1 minute', p_idle / 4) then
    update bursar.sessions s set seen_at = v_now where s.hash = p_hash and s.seen_at < v_now;
  end if;
end $$;

-- Ends the session and answers with what the provider wants to see again.
create function bursar.end_session(p_hash bytea, out ended boolean, out id_token bytea)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  delete from bursar.sessions s where s.hash = p_hash returning s.id_token into id_token;
  ended := found;
end $$;

-- Ends all sessions of a person, and answers how many went on until now as far as their time tells.
create function bursar.end_sessions_of(p_user text) returns integer
language sql security definer set search_path = bursar, pg_temp
as $$
  with ended as (
    delete from bursar.sessions s where s.user_id = p_user returning s.expires_at
  )
  select count(*)::integer from ended e where e.expires_at > clock_timestamp()
$$;

-- Those that are over, so many at a time.
create function bursar.forget_sessions(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_count integer;
begin
  delete from bursar.sessions s
  where s.hash in (
    select o.hash from bursar.sessions o where o.expires_at <= clock_timestamp() order by o.expires_at limit p_limit
    for update skip locked
  );
  get diagnostics v_count = row_count;
  return v_count;
end $$;
