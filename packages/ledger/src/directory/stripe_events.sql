-- The inbox of Stripe's webhooks: an event is written down before it is answered with 200.

-- new: written now. known: written before, not handled yet. processed: nothing is left to do.
create function bursar.record_stripe_event(p_id text, p_type text, p_object_id text, p_livemode boolean) returns text
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  insert into bursar.stripe_events (id, type, object_id, livemode)
  values (p_id, p_type, p_object_id, p_livemode)
  on conflict (id) do nothing;
  if found then
    return 'new';
  end if;
  return (select case when e.status = 'received' then 'known' else 'processed' end from bursar.stripe_events e where e.id = p_id);
end $$;
