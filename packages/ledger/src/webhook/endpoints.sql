-- Who wants to be told: the addresses that events are sent to. None of this moves credits.

-- refusal: wallet_not_found | limit_reached. p_owner is null for everybody's events.
create function bursar.create_webhook(
  p_owner text, p_url text, p_description text, p_types text[], p_secret bytea, p_most integer,
  out refusal text, out endpoint uuid
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint;
begin
  -- Whoever deletes the owner finds this address, or this finds the wallet closed.
  select w.id into v_wallet from bursar.wallets w where w.owner = p_owner and w.closed_at is null for share;
  if p_owner is not null and v_wallet is null then
    refusal := 'wallet_not_found';
    return;
  end if;
  -- Two calls at once must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('webhooks:' || coalesce(p_owner, ''), 0));
  if (
    select count(*) >= p_most from bursar.webhook_endpoints e
    where e.wallet_id is not distinct from v_wallet and e.status <> 'deleted'
  ) then
    refusal := 'limit_reached';
    return;
  end if;
  insert into bursar.webhook_endpoints (id, wallet_id, url, description, event_types, secret)
  values (bursar.new_id(), v_wallet, p_url, p_description, p_types, p_secret)
  returning id into endpoint;
end $$;

-- p_changes holds only what is to change. Enabling starts with a clean record; what waits is sent then.
create function bursar.update_webhook(p_id uuid, p_changes jsonb) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_enabled boolean := (p_changes ->> 'enabled')::boolean;
begin
  update bursar.webhook_endpoints e
  set
    url = coalesce(p_changes ->> 'url', e.url),
    description = case when p_changes ? 'description' then p_changes ->> 'description' else e.description end,
    event_types = case
      when p_changes ? 'event_types' then array(select jsonb_array_elements_text(p_changes -> 'event_types'))
      else e.event_types
    end,
    status = case v_enabled when true then 'enabled' when false then 'disabled' else e.status end::bursar.webhook_endpoint_status,
    disabled_reason = case v_enabled when true then null when false then coalesce(e.disabled_reason, 'asked') else e.disabled_reason end,
    failing_since = case when v_enabled then null else e.failing_since end,
    disabled_at = case v_enabled when true then null when false then coalesce(e.disabled_at, clock_timestamp()) else e.disabled_at end,
    updated_at = clock_timestamp()
  where e.id = p_id and e.status <> 'deleted';
  return found;
end $$;

-- The secret before goes on signing beside the new one until the overlap is over.
create function bursar.rotate_webhook_secret(p_id uuid, p_secret bytea, p_overlap interval) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.webhook_endpoints e
  set
    previous_secret = e.secret,
    previous_valid_until = clock_timestamp() + p_overlap,
    secret = p_secret,
    updated_at = clock_timestamp()
  where e.id = p_id and e.status <> 'deleted';
  return found;
end $$;

-- The row stays until its deliveries are swept, so that deleting takes no longer than any other change.
create function bursar.delete_webhook(p_id uuid) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.webhook_endpoints e
  set
    status = 'deleted', disabled_reason = coalesce(e.disabled_reason, 'asked'), url = '', description = null,
    secret = '', previous_secret = null, previous_valid_until = null, updated_at = clock_timestamp()
  where e.id = p_id and e.status <> 'deleted';
  return found;
end $$;

-- Ends an endpoint that answers 410, or nothing else but failures, and tells its owner. An endpoint for every wallet has
-- no owner to tell: operators see it among what waits for them.
create function bursar.disable_webhook(p_endpoint bursar.webhook_endpoints, p_reason text) returns void
language plpgsql as $$
begin
  update bursar.webhook_endpoints e
  set status = 'disabled', disabled_reason = p_reason, disabled_at = clock_timestamp(), updated_at = clock_timestamp()
  where e.id = p_endpoint.id and e.status = 'enabled';
  if found and p_endpoint.wallet_id is not null then
    perform bursar.record_fact('webhook-disabled', p_endpoint.wallet_id, jsonb_build_object(
      'id', bursar.public_id('whk', p_endpoint.id), 'host', substring(p_endpoint.url from '^[a-z]+://([^/?#]+)'),
      'cause', p_reason));
  end if;
end $$;
