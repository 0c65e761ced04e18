-- The catalogue of prices. It is the directory's, not the ledger's: nothing here moves credits.

-- A rule that differs from the current one becomes its next version; the same again changes nothing.
-- verdict: created | changed | unchanged | event_type_taken | limit_reached.
create function bursar.put_price(
  p_id text, p_event_type text, p_product text, p_meter text, p_description text, p_model jsonb, p_rounding text,
  p_minimum bigint, p_actor text, out verdict text, out version integer
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_head bursar.prices;
begin
  -- Prices change seldom, and one lock makes their number and their event types easy to keep.
  perform pg_advisory_xact_lock(hashtextextended('bursar.prices', 0));
  select p.* into v_head from bursar.prices p where p.id = p_id;
  if v_head.id is not null and v_head.retired_at is null and exists (
    select from bursar.price_versions v
    where v.price = p_id and v.version = v_head.version
      and (v.event_type, v.product, v.meter, v.description, v.model, v.rounding, v.minimum)
        is not distinct from (p_event_type, p_product, p_meter, p_description, p_model, p_rounding, p_minimum)
  ) then
    verdict := 'unchanged';
    version := v_head.version;
    return;
  end if;
  if exists (select from bursar.prices p where p.event_type = p_event_type and p.retired_at is null and p.id <> p_id) then
    verdict := 'event_type_taken';
    return;
  end if;
  if v_head.id is null and (select count(*) from bursar.prices) >= bursar.price_limit() then
    verdict := 'limit_reached';
    return;
  end if;
  version := coalesce(v_head.version, 0) + 1;
  insert into bursar.price_versions (
    price, version, event_type, product, meter, description, model, rounding, minimum, actor, created_at
  ) values (
    p_id, version, p_event_type, p_product, p_meter, p_description, p_model, p_rounding, p_minimum, p_actor, clock_timestamp()
  );
  insert into bursar.prices as p (id, version, event_type) values (p_id, put_price.version, p_event_type)
  on conflict (id) do update
  set version = excluded.version, event_type = excluded.event_type, retired_at = null;
  verdict := case when v_head.id is null then 'created' else 'changed' end;
end $$;

-- Every ingress keeps the whole catalogue in memory.
create function bursar.price_limit() returns integer
language sql immutable parallel safe
return 1000;

-- Nothing new is rated by it from now on; holds that it rated are still captured by it. False: there is none to retire.
create function bursar.retire_price(p_id text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.prices p set retired_at = clock_timestamp() where p.id = p_id and p.retired_at is null;
  return found;
end $$;
