-- What has to be done at Stripe while nobody waits for it. An errand is written in the transaction that makes it
-- necessary, so neither a crash nor an outage loses it; doing it twice does nothing twice.

create function bursar.leave_errand(p_wallet bigint, p_kind text, p_subject text) returns void
language sql as $$
  insert into bursar.errands (id, wallet_id, kind, subject, created_at)
  values (bursar.new_id(), p_wallet, p_kind, p_subject, clock_timestamp())
  on conflict (kind, subject) do nothing
$$;

create function bursar.finish_errand(p_id uuid) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.errands e set done_at = clock_timestamp(), refused_at = null where e.id = p_id and e.done_at is null
$$;

-- It did not go well. With p_final Stripe will never do it, and a person has to.
create function bursar.note_errand(p_id uuid, p_error text, p_final boolean) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.errands e
  set failures = e.failures + 1, error = left(p_error, 500),
    refused_at = case when p_final then coalesce(e.refused_at, clock_timestamp()) end
  where e.id = p_id and e.done_at is null
$$;
