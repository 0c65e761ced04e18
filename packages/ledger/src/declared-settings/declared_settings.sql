-- What each kind of process was told that all of them must be told alike. Whoever starts says so; the last one counts,
-- because a change of settings reaches processes one after the other.

-- p_settings: names of settings, and their values as text.
create function bursar.declare_settings(p_service text, p_settings jsonb) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  insert into bursar.declared_settings as d (service, settings, declared_at)
  values (p_service, p_settings, clock_timestamp())
  on conflict (service) do update set settings = excluded.settings, declared_at = excluded.declared_at
  where d.settings <> excluded.settings
$$;
