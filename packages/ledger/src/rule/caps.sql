-- A cap limits what one member may receive from a pool in a period, whichever way it comes: a share of what the
-- pool could give them, which is what is available now and what they have received from it in the period.
-- How much more this member may receive; null without a cap.
create function bursar.cap_room(p_pool bigint, p_wallet bigint, p_available bigint, p_now timestamptz) returns bigint
language sql stable as $$
  select min(greatest(floor((p_available + x.received)::numeric * r.share_percent / 100)::bigint - x.received, 0))
  from bursar.wallets pool
  join bursar.rules r on r.organization_id = substr(pool.owner, 5) and r.kind = 'cap'
    and bursar.period_of(r.every, p_now) >= r.starts_on
  cross join lateral (
    select coalesce(sum(t.amount), 0)::bigint as received
    from bursar.transactions t
    where t.wallet_id = p_wallet and t.counterparty = p_pool and t.kind in ('transfer', 'allocation') and t.amount > 0
      and t.created_at >= bursar.period_of(r.every, p_now)::timestamp at time zone 'UTC'
  ) x
  where pool.id = p_pool
$$;

-- The first day (UTC) of the week, from Monday, or of the month.
create function bursar.period_of(p_every bursar.rule_cycle, p_at timestamptz) returns date
language sql stable
return date_trunc(p_every::text, p_at at time zone 'UTC')::date;

-- Refuses what goes past a cap, naming everybody it would. The amounts are the recipients', or one for all.
create function bursar.refuse_capped(p_pool bigint, p_recipients text[], p_amounts bigint[], p_now timestamptz) returns jsonb
language plpgsql stable as $$
declare
  v_available bigint;
  v_subjects text[];
begin
  if not exists (
    select from bursar.rules r join bursar.wallets w on substr(w.owner, 5) = r.organization_id
    where w.id = p_pool and r.kind = 'cap'
  ) then
    return null;
  end if;
  v_available := bursar.available_credits(p_pool, p_now);
  select array_agg(r.owner order by r.ord) into v_subjects
  from unnest(p_recipients) with ordinality r (owner, ord)
  join bursar.wallets w on w.owner = r.owner
  where coalesce(p_amounts[r.ord], p_amounts[1]) > bursar.cap_room(p_pool, w.id, v_available, p_now);
  return case when v_subjects is not null then bursar.refusal('cap_exceeded',
    'A rule of the organization caps what a member may receive in a period; no credits moved. Give less, or change the rule.',
    null, null, v_subjects) end;
end $$;
