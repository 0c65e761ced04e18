-- How deliveries reach their workers, and what an attempt changes.

-- Takes what is due, fairly: one of each endpoint before the second of any. At most p_each are under way to one
-- endpoint (p_failing to one that failed last), in all processes together, so whoever is slow delays nobody else.
-- The endpoints' rows are the lock: a second worker passes them over and finds the next ones.
create function bursar.claim_webhook_deliveries(p_limit integer, p_each integer, p_failing integer, p_lease interval)
returns table (
  id uuid, endpoint uuid, url text, secret bytea, previous_secret bytea, body text, attempt integer, tries integer
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_endpoints uuid[];
begin
  select array_agg(l.id) into v_endpoints
  from (
    select e.id
    from bursar.webhook_endpoints e
    where e.id in (select bursar.waiting_endpoints()) and e.status = 'enabled'
      and exists (
        select from bursar.webhook_deliveries d
        where d.endpoint_id = e.id and d.status = 'pending' and d.next_attempt_at <= clock_timestamp()
      )
    for no key update skip locked
  ) l;
  return query
    with due as (
      select d.id, d.next_attempt_at, row_number() over (partition by e.id order by d.next_attempt_at, d.id) as turn
      from bursar.webhook_endpoints e
      cross join lateral (
        select count(*) as busy from bursar.webhook_deliveries x
        where x.endpoint_id = e.id and x.leased_until > clock_timestamp()
      ) now
      cross join lateral (
        select x.id, x.next_attempt_at from bursar.webhook_deliveries x
        where x.endpoint_id = e.id and x.status = 'pending' and x.next_attempt_at <= clock_timestamp()
        order by x.next_attempt_at, x.id
        limit greatest(case when e.failing_since is null then p_each else p_failing end - now.busy, 0)
      ) d
      where e.id = any (v_endpoints)
    ), taken as (
      update bursar.webhook_deliveries d
      set
        leased_until = clock_timestamp() + p_lease,
        next_attempt_at = clock_timestamp() + p_lease,
        round_started_at = coalesce(d.round_started_at, clock_timestamp())
      where d.id in (select x.id from due x order by x.turn, x.next_attempt_at limit p_limit)
      returning d.*
    )
    select t.id, t.endpoint_id, e.url, e.secret,
      case when e.previous_valid_until > clock_timestamp() then e.previous_secret end, t.body, t.attempts + 1, t.tries + 1
    from taken t
    join bursar.webhook_endpoints e on e.id = t.endpoint_id;
end $$;

-- The endpoints that anything waits for, one index probe each however much waits.
create function bursar.waiting_endpoints() returns setof uuid
language sql stable as $$
  with recursive waiting as (
    (select d.endpoint_id from bursar.webhook_deliveries d where d.status = 'pending' order by d.endpoint_id limit 1)
    union all
    select (
      select d.endpoint_id from bursar.webhook_deliveries d
      where d.status = 'pending' and d.endpoint_id > w.endpoint_id
      order by d.endpoint_id limit 1
    )
    from waiting w
    where w.endpoint_id is not null
  )
  select w.endpoint_id from waiting w where w.endpoint_id is not null
$$;

-- Notes an attempt. p_verdict: delivered | retry | failed | gone. False when another worker's attempt of this number
-- is known already: then the lease had run out, and this one changes nothing.
create function bursar.record_webhook_attempt(
  p_delivery uuid, p_number integer, p_started timestamptz, p_latency_ms integer, p_status integer, p_error text,
  p_response text, p_verdict text, p_wait interval
) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_delivery bursar.webhook_deliveries;
  v_endpoint bursar.webhook_endpoints;
begin
  -- The endpoint first, as the claim does.
  select e.* into v_endpoint from bursar.webhook_endpoints e
  where e.id = (select d.endpoint_id from bursar.webhook_deliveries d where d.id = p_delivery)
  for no key update;
  update bursar.webhook_deliveries d
  set
    attempts = p_number, tries = d.tries + 1, leased_until = null,
    status = case p_verdict when 'delivered' then 'delivered' when 'retry' then 'pending' else 'failed' end::bursar.webhook_delivery_status,
    next_attempt_at = clock_timestamp() + coalesce(p_wait, interval '0')
  where d.id = p_delivery and d.attempts = p_number - 1 and d.leased_until is not null
  returning d.* into v_delivery;
  if not found then
    return false;
  end if;
  insert into bursar.webhook_attempts (delivery_id, number, started_at, latency_ms, http_status, error, response)
  values (p_delivery, p_number, p_started, p_latency_ms, p_status, p_error, left(p_response, 1000));
  if (p_verdict = 'delivered') <> (v_endpoint.failing_since is null) then
    update bursar.webhook_endpoints e
    set failing_since = case when p_verdict <> 'delivered' then p_started end
    where e.id = v_endpoint.id;
  end if;
  -- Failed for days, and nothing else got through meanwhile either.
  if p_verdict = 'gone' or (
    p_verdict = 'failed'
    and coalesce(v_endpoint.failing_since, p_started) <= v_delivery.round_started_at + interval '1 minute'
  ) then
    perform bursar.disable_webhook(v_endpoint, case p_verdict when 'gone' then 'gone' else 'failing' end);
  end if;
  return true;
end $$;
