-- How placings, captures, releases and extensions of holds are applied. A batch means exactly "one after the other,
-- in the order given", in one transaction and one round trip; each command has its own outcome. What is plain is applied
-- as a set (hold_sets.sql), the rest one by one.
--
-- Input: a JSON array with the fields of bursar.hold_command but `ord`. Returns a row for each, in order: verdict
-- applied | rejected | replayed | conflict, with its result or error.
--
-- Lock order: wallets by id (those of the holds, and the pools to which their credits may return), then budgets (see
-- src/budget), then operation keys.
create function bursar.apply_hold_commands(p_commands jsonb)
returns table (ord integer, verdict text, result jsonb, error jsonb)
language plpgsql security definer
set search_path = bursar, pg_temp
-- Only rows named by key are ever wanted; while tables are small the planner would read them whole.
set enable_seqscan = off
-- The planner would make a plan for every call, for the length of the arrays at hand: a quarter of a lone command's time.
set plan_cache_mode = force_generic_plan
as $$
declare
  v_commands bursar.hold_command[] := bursar.read_hold_commands(p_commands);
  v_wallets bigint[] := bursar.wallets_of_holds(v_commands);
  v_now timestamptz := bursar.lock_with_left_pools(v_wallets);
  v_claimed integer[];
  v_ord integer;
  v_plain record;
  v_row record;
  v_outcomes bursar.hold_outcome[] := array_fill(null::bursar.hold_outcome, array[cardinality(v_commands)]);
begin
  if bursar.lock_hold_budgets(v_wallets, v_commands) then
    v_now := bursar.lock_with_left_pools(v_wallets);
  end if;
  v_claimed := bursar.claim_hold_commands(v_commands);
  if cardinality(v_claimed) >= bursar.hold_set_minimum() then
    v_plain := bursar.plain_hold_commands(v_commands, v_claimed, v_wallets, v_now);
    for v_row in
      select p.ord, p.result, null::uuid as txn from bursar.place_holds(v_commands, v_plain.placings, v_now) p
      union all
      select c.ord, c.result, c.transaction_id from bursar.capture_holds(v_commands, v_plain.captures, v_now) c
    loop
      v_outcomes[v_row.ord] := row(null, v_row.result, v_row.txn)::bursar.hold_outcome;
    end loop;
  end if;
  foreach v_ord in array v_claimed loop
    continue when (v_outcomes[v_ord]).result is not null;
    v_outcomes[v_ord] := bursar.apply_hold_command(v_commands[v_ord], v_wallets, bursar.moment_of(v_now, v_ord));
  end loop;
  perform bursar.settle_hold_commands(v_commands, v_claimed, v_outcomes, v_now);
  perform bursar.request_top_ups(v_wallets, false);
  -- A statement of its own: it must see what a rival committed while this one waited for the key.
  return query
    select c.ord,
      case
        when c.ord = any (v_claimed) then case when o.status = 'rejected' then 'rejected' else 'applied' end
        when o.request_hash <> c.hash then 'conflict'
        else 'replayed'
      end,
      case when o.request_hash = c.hash then o.result end,
      case when o.request_hash = c.hash then o.error end
    from unnest(v_commands) c
    cross join lateral (select x.* from bursar.operations x where x.key = c.key offset 0) o
    order by c.ord;
end $$;

-- Each command has a moment of its own, so that history tells which of two came first.
create function bursar.moment_of(p_now timestamptz, p_ord integer) returns timestamptz
language sql immutable strict parallel safe
return p_now + p_ord * interval '1 microsecond';

create function bursar.read_hold_commands(p_commands jsonb) returns bursar.hold_command[]
language sql immutable as $$
  select array_agg(jsonb_populate_record(null::bursar.hold_command, c.one || jsonb_build_object('ord', c.ord)) order by c.ord)
  from jsonb_array_elements(p_commands) with ordinality c (one, ord)
$$;

-- A wallet that is made after this is read does not exist yet for the whole batch.
create function bursar.wallets_of_holds(p_commands bursar.hold_command[]) returns bigint[]
language sql stable as $$
  select coalesce(array_agg(distinct x.id), '{}')
  from (
    select w.id
    from unnest(p_commands) c
    cross join lateral (select y.id from bursar.wallets y where y.owner = c.wallet offset 0) w
    union all
    select h.wallet_id
    from unnest(p_commands) c
    cross join lateral (select y.wallet_id from bursar.holds y where y.id = c.hold offset 0) h
  ) x
$$;

-- Of placings the budgets in which they may count, of the others those in which their holds count. True when this may
-- have waited, so that the clock has to be read again.
create function bursar.lock_hold_budgets(p_wallets bigint[], p_commands bursar.hold_command[]) returns boolean
language sql as $$
  select bursar.lock_budgets(
      p_wallets, array(select c.on_behalf_of from unnest(p_commands) c), array(select c.hold from unnest(p_commands) c))
    or exists (select from unnest(p_commands) c where c.on_behalf_of is not null)
$$;

-- The positions of the commands that came first under their keys, in order.
create function bursar.claim_hold_commands(p_commands bursar.hold_command[]) returns integer[]
language plpgsql as $$
declare
  v_claimed integer[];
begin
  with first as materialized (
    select distinct on (c.key) c.*
    from unnest(p_commands) c
    order by c.key, c.ord
  ), claimed as (
    insert into bursar.operations (key, type, request_hash, caller, status, created_at)
    select f.key, f.type::bursar.operation_type, f.hash, f.caller, 'pending', f.accepted_at
    from first f
    order by f.key
    on conflict (key) do nothing
    returning key
  )
  select array_agg(f.ord order by f.ord) into v_claimed
  from first f
  join claimed c on c.key = f.key;
  return coalesce(v_claimed, '{}');
end $$;

create function bursar.apply_hold_command(p_command bursar.hold_command, p_locked bigint[], p_now timestamptz)
returns bursar.hold_outcome
language plpgsql as $$
begin
  return case p_command.type
    when 'hold' then bursar.place_hold(p_command, p_locked, p_now)
    when 'hold_capture' then bursar.capture_hold(p_command, p_now)
    when 'hold_release' then bursar.release_hold(p_command, p_now)
    when 'hold_extension' then bursar.extend_hold(p_command, p_now)
  end;
end $$;

-- Outcomes are final under their keys; whoever waits for one is told once per batch.
create function bursar.settle_hold_commands(
  p_commands bursar.hold_command[], p_claimed integer[], p_outcomes bursar.hold_outcome[], p_now timestamptz
) returns void
language plpgsql as $$
begin
  -- Looked up one by one: while there are some thousand operations, the planner would rather read all of them.
  update bursar.operations o
  set status = case when d.error is null then 'succeeded' else 'rejected' end::bursar.operation_status,
    transaction_id = d.transaction_id, result = d.result, error = d.error, completed_at = d.at
  from (
    select x.tid, r.error, r.result, r.transaction_id, bursar.moment_of(p_now, c.ord) as at
    from unnest(p_outcomes) with ordinality r (error, result, transaction_id, ord)
    join unnest(p_commands) c on c.ord = r.ord
    cross join lateral (select y.ctid as tid from bursar.operations y where y.key = c.key offset 0) x
    where c.ord = any (p_claimed)
  ) d
  where o.ctid = d.tid;
  perform pg_notify('bursar_operations', '');
end $$;
