-- Adds points to a window, which begins anew when the one before is over, and answers what it holds now. Time is the
-- database's, so that replicas whose clocks differ see one window.
create function bursar.add_rate_points(
  p_name text, p_points bigint, p_length interval, out points bigint, out left_ms bigint
)
language sql security definer set search_path = bursar, pg_temp
as $$
  insert into bursar.rate_windows as w (name, points, ends_at)
  values (p_name, p_points, clock_timestamp() + p_length)
  on conflict (name) do update
  set
    points = case when w.ends_at > clock_timestamp() then w.points + excluded.points else excluded.points end,
    -- A window that is longer than the present length was begun under another limit.
    ends_at = case
      when w.ends_at > clock_timestamp() and w.ends_at <= excluded.ends_at then w.ends_at
      else excluded.ends_at
    end
  returning w.points, ceil(extract(epoch from w.ends_at - clock_timestamp()) * 1000)::bigint
$$;
