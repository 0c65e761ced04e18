-- The catalogue of plans. Who has subscribed keeps the terms they were sold, so a change is for newcomers.

-- verdict: created | changed | unchanged | limit_reached.
create function bursar.put_plan(p_plan jsonb) returns text
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_new bursar.plans;
  v_old bursar.plans;
begin
  -- Plans change seldom; one lock keeps their number.
  perform pg_advisory_xact_lock(hashtextextended('bursar.plans', 0));
  v_new := jsonb_populate_record(null::bursar.plans, p_plan);
  select p.* into v_old from bursar.plans p where p.id = v_new.id;
  v_new.created_at := coalesce(v_old.created_at, clock_timestamp());
  v_new.updated_at := v_old.updated_at;
  v_new.retired_at := null;
  if v_old = v_new then
    return 'unchanged';
  end if;
  if v_old.id is null and (select count(*) from bursar.plans) >= bursar.plan_limit() then
    return 'limit_reached';
  end if;
  v_new.updated_at := clock_timestamp();
  delete from bursar.plans p where p.id = v_new.id;
  insert into bursar.plans select v_new.*;
  return case when v_old.id is null then 'created' else 'changed' end;
end $$;

create function bursar.plan_limit() returns integer
language sql immutable parallel safe
return 200;

-- Nobody subscribes to it from now on; whoever has keeps it. False: there is none to retire.
create function bursar.retire_plan(p_id text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.plans p set retired_at = clock_timestamp() where p.id = p_id and p.retired_at is null;
  return found;
end $$;

-- What a subscriber is sold, and keeps. Amounts as text, because they leave the database as JSON.
create function bursar.plan_terms(p_plan bursar.plans) returns jsonb
language sql immutable parallel safe
return jsonb_build_object(
  'plan', (p_plan).id, 'name', (p_plan).name, 'credits', (p_plan).credits::text, 'amount', (p_plan).amount,
  'currency', (p_plan).currency, 'every', (p_plan).every, 'lookup_key', (p_plan).lookup_key,
  'rollover_cap', (p_plan).rollover_cap::text, 'grace_hours', (p_plan).grace_hours, 'seats', (p_plan).seats,
  'trial_days', (p_plan).trial_days, 'trial_credits', (p_plan).trial_credits::text, 'proration', (p_plan).proration);
