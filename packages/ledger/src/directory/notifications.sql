-- A person has seen these notices (all of them when p_ids is null); returns how many were unread.
create function bursar.mark_notifications_read(p_user text, p_ids uuid[]) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_count integer;
begin
  update bursar.notifications n
  set read_at = clock_timestamp()
  where n.user_id = p_user and n.read_at is null and (p_ids is null or n.id = any (p_ids));
  get diagnostics v_count = row_count;
  return v_count;
end $$;
