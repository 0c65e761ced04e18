-- Duplicates, strangers and suspended members refuse the whole. The code is that of the first kind of fault;
-- `errors` lists the first hundred faults of all kinds by their position, because who mends a list of a thousand
-- wants to mend it once.
create function bursar.refuse_recipients(p_organization text, p_recipients text[]) returns jsonb
language plpgsql stable as $$
declare
  v_code text;
  v_subjects text[];
  v_errors jsonb;
begin
  if coalesce(cardinality(p_recipients), 0) = 0 then
    return bursar.refusal('not_a_member', format('%s has no active members; no credits moved.', p_organization));
  end if;
  with recipient as (
    select r.owner, r.ord, row_number() over (partition by r.owner order by r.ord) as time, m.status
    from unnest(p_recipients) with ordinality r (owner, ord)
    left join bursar.memberships m
      on m.organization_id = substr(p_organization, 5) and m.user_id = substr(r.owner, 6) and r.owner like 'user:%'
  ), fault as (
    select r.owner, r.ord, case
        when r.time > 1 then 'duplicate_recipient'
        when coalesce(r.status, 'removed') = 'removed' then 'not_a_member'
        when r.status = 'suspended' then 'member_suspended'
      end as code
    from recipient r
  ), first as (
    select f.code from fault f where f.code is not null
    order by array_position(array['duplicate_recipient', 'not_a_member', 'member_suspended'], f.code) limit 1
  )
  select first.code,
    case when first.code = 'duplicate_recipient' then (select array_agg(distinct f.owner) from fault f where f.code = first.code)
      else (select array_agg(f.owner order by f.ord) from fault f where f.code = first.code) end,
    (select jsonb_agg(jsonb_build_object('pointer', format('/recipients/%s', f.ord - 1), 'message', case f.code
        when 'duplicate_recipient' then format('%s is named before', f.owner)
        when 'not_a_member' then format('%s is no member of %s', f.owner, p_organization)
        else format('%s is suspended', f.owner) end) order by f.ord)
      from (select f.* from fault f where f.code is not null order by f.ord limit 100) f)
  into v_code, v_subjects, v_errors
  from first;
  if v_code is null then
    return null;
  end if;
  return bursar.refusal(v_code, case v_code
      when 'duplicate_recipient' then 'Some recipients are named twice; no credits moved. Name each of errors[] once.'
      when 'not_a_member' then format('Some recipients are not members of %s; no credits moved. Leave out or add whom errors[] lists.', p_organization)
      else 'Some recipients are suspended; no credits moved. Leave out or reinstate whom errors[] lists.'
    end, null, null, v_subjects) || jsonb_build_object('errors', v_errors);
end $$;

-- A sum may be past any balance, and past a bigint.
create function bursar.refuse_sum(p_wallet bigint, p_total numeric, p_now timestamptz, p_kind bursar.lot_kind) returns jsonb
language plpgsql stable as $$
declare
  v_required text := trim_scale(p_total * 0.000001)::text;
  v_available text := bursar.credits_text(bursar.available_credits(p_wallet, p_now));
begin
  if p_total > bursar.balance_limit() then
    return bursar.refusal('insufficient_credits',
        format('%s credits are needed and %s are available; no credits moved. Buy credits, or hand out less.', v_required, v_available))
      || jsonb_build_object('required', v_required, 'available', v_available);
  end if;
  return bursar.refuse_taking(p_wallet, p_total::bigint, p_now, p_kind);
end $$;

-- Keeps recipients that are too many for a message, and returns until when. Keeping the same list again can only
-- prolong it: one that a command waits for stays when a preview of the same is over.
create function bursar.keep_recipients(p_id uuid, p_owners text[], p_amounts bigint[], p_for interval) returns timestamptz
language sql security definer set search_path = bursar, pg_temp
as $$
  insert into bursar.recipient_lists as l (id, owners, amounts, created_at, kept_until)
  values (p_id, p_owners, p_amounts, clock_timestamp(), clock_timestamp() + p_for)
  on conflict (id) do update set kept_until = greatest(bursar.kept_until(l), excluded.kept_until)
  returning l.kept_until
$$;

create function bursar.kept_until(p_list bursar.recipient_lists) returns timestamptz
language sql immutable
return coalesce(p_list.kept_until, (p_list.created_at at time zone 'UTC' + interval '31 days') at time zone 'UTC');

-- Drops lists whose time is over, so many at most; returns how many. A list may be megabytes.
create function bursar.forget_recipients(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_count integer;
begin
  delete from bursar.recipient_lists l
  where l.id in (
    select x.id from bursar.recipient_lists x
    where coalesce(x.kept_until, (x.created_at at time zone 'UTC' + interval '31 days') at time zone 'UTC') < clock_timestamp()
    order by coalesce(x.kept_until, (x.created_at at time zone 'UTC' + interval '31 days') at time zone 'UTC')
    limit p_limit
    for update skip locked
  );
  get diagnostics v_count = row_count;
  return v_count;
end $$;
