-- Events on their way. They are written in the transaction that hands their fact on, so none is lost.

-- `purchase-paid` is told as `purchase.paid`, `request-approved` as `credit_request.approved`.
create function bursar.event_type_of(p_kind text) returns text
language sql immutable parallel safe
return case split_part(p_kind, '-', 1) when 'request' then 'credit_request' else split_part(p_kind, '-', 1) end
  || '.' || replace(substr(p_kind, strpos(p_kind, '-') + 1), '-', '_');

-- `*` is everything, `credit_request.*` a group, anything else one type.
create function bursar.hears(p_types text[], p_type text) returns boolean
language sql immutable parallel safe
return p_types && array['*', split_part(p_type, '.', 1) || '.*', p_type];

-- Whose endpoints hear a fact: the wallet it is about, and the organization and the member it names.
create function bursar.audience_of(p_wallet bigint, p_payload jsonb) returns setof bigint
language sql stable as $$
  select p_wallet
  union
  select w.id from bursar.wallets w where w.owner in (p_payload ->> 'organization', p_payload ->> 'member')
$$;

-- Writes what these facts mean for every endpoint (or one of them); a fact reaches an endpoint once, however often
-- it is handed on. An endpoint hears of nothing that happened before it was there.
create function bursar.fan_out(p_facts bigint[], p_endpoint uuid default null) returns integer
language plpgsql as $$
declare
  v_count integer;
begin
  insert into bursar.webhook_deliveries (id, endpoint_id, fact, type, body)
  select bursar.new_id(), e.id, o.id, t.type, json_build_object(
    'type', t.type, 'timestamp', bursar.instant_text(o.created_at),
    'data', jsonb_build_object('wallet', w.owner) || o.payload)::text
  from bursar.outbox o
  join bursar.wallets w on w.id = o.subject_wallet
  cross join lateral (select bursar.event_type_of(o.kind) as type) t
  cross join lateral (
    select x.id, x.event_types, x.created_at from bursar.webhook_endpoints x
    where x.wallet_id is null and x.status = 'enabled'
    union all
    select x.id, x.event_types, x.created_at from bursar.webhook_endpoints x
    where x.wallet_id in (select bursar.audience_of(o.subject_wallet, o.payload)) and x.status = 'enabled'
      and not exists (select from bursar.muted_webhooks m where m.wallet_id = x.wallet_id and m.kind = o.kind)
  ) e
  where o.id = any (p_facts) and bursar.hears(e.event_types, t.type) and e.created_at <= o.created_at
    and (p_endpoint is null or e.id = p_endpoint)
  order by o.id, e.id
  on conflict (endpoint_id, fact) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

create function bursar.test_webhook(p_id uuid) returns uuid
language sql security definer set search_path = bursar, pg_temp
as $$
  insert into bursar.webhook_deliveries (id, endpoint_id, type, body)
  select bursar.new_id(), e.id, 'webhook.test', json_build_object(
    'type', 'webhook.test', 'timestamp', bursar.instant_text(clock_timestamp()),
    'data', json_build_object('webhook', bursar.public_id('whk', e.id)))::text
  from bursar.webhook_endpoints e
  where e.id = p_id and e.status = 'enabled'
  returning id
$$;

-- Sends again, at once, under the same `webhook-id`.
create function bursar.replay_webhook_delivery(p_endpoint uuid, p_id uuid) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.webhook_deliveries d
  set status = 'pending', tries = 0, round_started_at = null, next_attempt_at = clock_timestamp()
  where d.id = p_id and d.endpoint_id = p_endpoint and d.leased_until is null;
  return found or exists (select from bursar.webhook_deliveries d where d.id = p_id and d.endpoint_id = p_endpoint);
end $$;

-- Sends again what failed between two moments (with p_all also what was delivered), and for the first time what
-- happened while the endpoint was disabled. At most p_limit of each; call again while either equals it.
create function bursar.replay_webhook_range(
  p_endpoint uuid, p_from timestamptz, p_to timestamptz, p_all boolean, p_limit integer,
  out resent integer, out recovered integer
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  recovered := bursar.fan_out(array(
    select o.id
    from bursar.outbox o
    where o.created_at >= p_from and o.created_at < p_to and o.relayed_at is not null
      and not exists (select from bursar.webhook_deliveries d where d.endpoint_id = p_endpoint and d.fact = o.id)
      and exists (
        select from bursar.webhook_endpoints e
        where e.id = p_endpoint and bursar.hears(e.event_types, bursar.event_type_of(o.kind)) and e.created_at <= o.created_at
          and (e.wallet_id is null or e.wallet_id in (select bursar.audience_of(o.subject_wallet, o.payload)))
          and not exists (select from bursar.muted_webhooks m where m.wallet_id = e.wallet_id and m.kind = o.kind)
      )
    order by o.id
    limit p_limit), p_endpoint);
  update bursar.webhook_deliveries d
  set status = 'pending', tries = 0, round_started_at = null, next_attempt_at = clock_timestamp()
  where d.id in (
    select x.id from bursar.webhook_deliveries x
    where x.endpoint_id = p_endpoint and x.created_at >= p_from and x.created_at < p_to
      and (x.status = 'failed' or (p_all and x.status = 'delivered'))
    order by x.id
    limit p_limit
  );
  get diagnostics resent = row_count;
end $$;

-- Drops deliveries of long ago and those of deleted endpoints, a bounded slice at a time; returns how many.
create function bursar.forget_webhook_deliveries(p_older_than interval, p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_count integer;
begin
  delete from bursar.webhook_deliveries d
  where d.id in (
    select x.id
    from (select y.id, y.created_at from bursar.webhook_deliveries y order by y.id limit p_limit) x
    where x.created_at < clock_timestamp() - p_older_than
    union
    (select x.id from bursar.webhook_endpoints e
      join bursar.webhook_deliveries x on x.endpoint_id = e.id
      where e.status = 'deleted' limit p_limit)
  );
  get diagnostics v_count = row_count;
  delete from bursar.webhook_endpoints e
  where e.status = 'deleted' and not exists (select from bursar.webhook_deliveries d where d.endpoint_id = e.id);
  return v_count;
end $$;
