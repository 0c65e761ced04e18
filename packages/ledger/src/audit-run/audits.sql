-- Runs of the audit: asked for, worked one at a time, kept.

-- One that waits already is the one that is asked for.
create function bursar.ask_audit(p_asked_by text) returns uuid
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_id uuid;
begin
  select a.id into v_id from bursar.audits a where a.state = 'waiting' order by a.id limit 1;
  if found then return v_id; end if;
  insert into bursar.audits (id, asked_by) values (bursar.new_id(), p_asked_by) returning id into v_id;
  return v_id;
end $$;

-- Begins the oldest that waits; null when none does. Only whoever holds the advisory lock calls this, so one that still
-- seems to run was left by a worker that died.
create function bursar.begin_audit() returns uuid
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_id uuid;
begin
  update bursar.audits a
  set state = 'failed', finished_at = clock_timestamp(), progress = 'It was interrupted; run it again.'
  where a.state = 'running';
  select a.id into v_id from bursar.audits a where a.state = 'waiting' order by a.id limit 1;
  update bursar.audits a set state = 'running', started_at = clock_timestamp() where a.id = v_id;
  return v_id;
end $$;

create function bursar.note_audit(p_audit uuid, p_progress text) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.audits a set progress = p_progress where a.id = p_audit and a.state = 'running'
$$;

-- Without a report it failed, and p_progress says why. The last hundred runs are kept.
create function bursar.finish_audit(p_audit uuid, p_sound boolean, p_report jsonb, p_progress text) returns void
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.audits a
  set state = case when p_report is null then 'failed' else 'done' end, sound = p_sound, report = p_report,
    progress = p_progress, finished_at = clock_timestamp()
  where a.id = p_audit and a.state = 'running';
  delete from bursar.audits a
  where a.id < (select x.id from bursar.audits x order by x.id desc offset 99 limit 1);
end $$;
