-- Runs of the reconciliation: asked for, worked one at a time, reported.

create function bursar.ask_reconciliation(
  p_kind bursar.reconciliation_kind, p_mode bursar.reconciliation_mode, p_asked_by text, p_from timestamptz, p_to timestamptz
) returns uuid
language sql security definer set search_path = bursar, pg_temp
as $$
  insert into bursar.reconciliation_runs (id, kind, mode, asked_by, window_from, window_to)
  values (bursar.new_id(), p_kind, p_mode, p_asked_by, p_from, p_to)
  returning id
$$;

-- Only whoever holds the advisory lock calls this, so a run that still seems to run was left by a worker that died,
-- and the job of one that has waited for a day is lost.
-- Its own run it begins anew: every repair goes by keys, so what was done before is done.
create function bursar.begin_reconciliation(p_run uuid, p_from timestamptz, p_to timestamptz) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.reconciliation_runs r
  set state = 'failed', finished_at = clock_timestamp(), progress = 'It was interrupted; nothing is lost, run it again.'
  where r.id <> p_run and (r.state = 'running' or (r.state = 'waiting' and r.created_at < now() - interval '1 day'));
  update bursar.reconciliation_runs r
  set state = 'running', started_at = clock_timestamp(), window_from = coalesce(r.window_from, p_from),
    window_to = coalesce(r.window_to, p_to)
  where r.id = p_run and r.state in ('waiting', 'running');
  return found;
end $$;

create function bursar.note_reconciliation(p_run uuid, p_progress text) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.reconciliation_runs r set progress = p_progress where r.id = p_run and r.state = 'running'
$$;

-- A complete run of the timetable moves the cursor, never backwards; what is partial or asked for does not.
create function bursar.finish_reconciliation(p_run uuid, p_state bursar.reconciliation_state, p_report jsonb) returns void
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.reconciliation_runs r
  set state = p_state, report = p_report, finished_at = clock_timestamp(), progress = null
  where r.id = p_run and r.state in ('waiting', 'running');
  if found and p_state = 'complete' then
    insert into bursar.reconciliation_cursors as c (kind, reached, moved_by)
    select r.kind, r.window_to, r.id from bursar.reconciliation_runs r where r.id = p_run and r.kind <> 'asked'
    on conflict (kind) do update set reached = excluded.reached, moved_by = excluded.moved_by
      where c.reached < excluded.reached;
  end if;
end $$;

-- Runs that no case and no cursor points at say nothing after a while. So many at most, the oldest first; returns how many.
create function bursar.forget_reconciliations(p_days integer, p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_old uuid[];
begin
  select array_agg(x.id) into v_old
  from (
    select r.id from bursar.reconciliation_runs r
    where r.finished_at < now() - make_interval(days => p_days)
      and not exists (select from bursar.reconciliation_cases c where c.last_run = r.id)
      and not exists (select from bursar.reconciliation_cursors c where c.moved_by = r.id)
    order by r.id limit p_limit
  ) x;
  delete from bursar.reconciliation_findings f where f.run_id = any (v_old);
  delete from bursar.reconciliation_runs r where r.id = any (v_old);
  return coalesce(cardinality(v_old), 0);
end $$;
