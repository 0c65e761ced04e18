-- An allocation is all or nothing: the recipients are frozen and the whole sum is set aside in one transaction;
-- what follows (continue_allocation) cannot fail for lack of credits, only pause and go on.
-- Returns `pending` with the allocation's id as result when there is work to continue.
create function bursar.start_allocation(
  p_head bursar.operation_head, p_from text, p_recipients text[], p_amount bigint, p_kind bursar.lot_kind, p_reason text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_from bigint := bursar.wallet_id(p_from);
  v_now timestamptz := bursar.lock_wallets(array[v_from]);
  v_id uuid := bursar.new_id();
  v_recipients text[];
  v_total numeric;
  v_error jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.unfinished_allocation(p_head);
  end if;
  if v_from is null then
    return bursar.reject(p_head, bursar.wallet_missing(p_from));
  end if;
  v_recipients := coalesce(p_recipients, bursar.active_members(p_from));
  v_total := p_amount::numeric * coalesce(cardinality(v_recipients), 0);
  v_error := coalesce(
    bursar.refuse_recipients(p_from, v_recipients),
    bursar.refuse_sum(v_from, v_total, v_now, p_kind));
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  insert into bursar.allocations (id, wallet_id, amount_per_recipient, recipients, reason, actor, operation, created_at)
  values (v_id, v_from, p_amount, cardinality(v_recipients), p_reason, p_head.actor, p_head.key, v_now);
  insert into bursar.allocation_parts (allocation_id, position, wallet_id)
  select v_id, r.ord, w.id
  from unnest(v_recipients) with ordinality r (owner, ord)
  join bursar.wallets w on w.owner = r.owner;
  perform bursar.pin_slices(v_id, v_from, v_total::bigint, v_now, p_kind);
  update bursar.operations o
  set progress = jsonb_build_object('done', 0, 'total', cardinality(v_recipients))
  where o.key = p_head.key;
  return row('pending', jsonb_build_object('allocation', v_id), null)::bursar.outcome;
end $$;

-- A repeated command finds the allocation it started, so that a crash is resumed and not repeated.
create function bursar.unfinished_allocation(p_head bursar.operation_head) returns bursar.outcome
language plpgsql as $$
declare
  v_outcome bursar.outcome := bursar.stored_outcome(p_head);
begin
  if v_outcome.verdict = 'pending' then
    select jsonb_build_object('allocation', a.id) into strict v_outcome.result
    from bursar.allocations a
    where a.operation = p_head.key;
  end if;
  return v_outcome;
end $$;

create function bursar.active_members(p_organization text) returns text[]
language sql stable as $$
  select array_agg('user:' || m.user_id order by m.joined_at, m.user_id)
  from bursar.memberships m
  where 'org:' || m.organization_id = p_organization and m.status = 'active'
$$;

-- Duplicates, strangers and suspended members are named, and refuse the whole.
create function bursar.refuse_recipients(p_organization text, p_recipients text[]) returns jsonb
language plpgsql stable as $$
declare
  v_subjects text[];
begin
  if coalesce(cardinality(p_recipients), 0) = 0 then
    return bursar.refusal('not_a_member', format('%s has no active members; no credits moved.', p_organization));
  end if;
  select array_agg(d.owner order by d.owner) into v_subjects
  from (select r as owner from unnest(p_recipients) r group by r having count(*) > 1) d;
  if v_subjects is not null then
    return bursar.refusal('duplicate_recipient', 'Some recipients are named twice; no credits moved.', null, null, v_subjects);
  end if;
  select array_agg(r.owner order by r.ord) into v_subjects
  from unnest(p_recipients) with ordinality r (owner, ord)
  left join bursar.memberships m on 'org:' || m.organization_id = p_organization and 'user:' || m.user_id = r.owner
  where m.status is null or m.status = 'removed';
  if v_subjects is not null then
    return bursar.refusal('not_a_member',
      format('Some recipients are not members of %s; no credits moved.', p_organization), null, null, v_subjects);
  end if;
  select array_agg(r.owner order by r.ord) into v_subjects
  from unnest(p_recipients) with ordinality r (owner, ord)
  join bursar.memberships m on 'org:' || m.organization_id = p_organization and 'user:' || m.user_id = r.owner
  where m.status = 'suspended';
  if v_subjects is not null then
    return bursar.refusal('member_suspended', 'Some recipients are suspended; no credits moved.', null, null, v_subjects);
  end if;
  return null;
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
        format('%s credits are needed and %s are available; no credits moved.', v_required, v_available))
      || jsonb_build_object('required', v_required, 'available', v_available);
  end if;
  return bursar.refuse_taking(p_wallet, p_total::bigint, p_now, p_kind);
end $$;
