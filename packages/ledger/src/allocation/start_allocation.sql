-- An allocation is all or nothing: the recipients are frozen and the whole sum is set aside in one transaction;
-- what follows (continue_allocation) cannot fail for lack of credits, only pause and go on.
-- p_recipients null: every active member. p_amounts null: p_amount for everybody. p_list names stored recipients
-- instead. Returns `pending` with the allocation's id as result when there is work to continue.
create function bursar.start_allocation(
  p_head bursar.operation_head, p_from text, p_recipients text[], p_amounts bigint[], p_list uuid, p_amount bigint,
  p_kind bursar.lot_kind, p_reason text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_from bigint := bursar.wallet_id(p_from);
  v_now timestamptz := bursar.lock_wallets(array[v_from]);
  v_recipients text[] := p_recipients;
  v_amounts bigint[] := p_amounts;
  v_error jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.unfinished_outcome(p_head);
  end if;
  if v_from is null then
    return bursar.reject(p_head, bursar.wallet_missing(p_from));
  end if;
  v_error := bursar.refuse_closed(array[v_from]);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  if p_list is not null then
    select l.owners, l.amounts into v_recipients, v_amounts from bursar.recipient_lists l where l.id = p_list;
    if not found then
      return bursar.reject(p_head, bursar.refusal('invalid_request',
        'The recipients of this allocation are not kept any more; no credits moved. Send it again under a new key.'));
    end if;
  end if;
  v_recipients := coalesce(v_recipients, bursar.active_members(p_from));
  v_error := bursar.refuse_recipients(p_from, v_recipients);
  if v_error is null then
    v_error := coalesce(
      bursar.refuse_sum(v_from, bursar.sum_of(v_recipients, v_amounts, p_amount), v_now, p_kind),
      bursar.refuse_capped(v_from, v_recipients, coalesce(v_amounts, array[p_amount]), v_now));
  end if;
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  return row('pending', jsonb_build_object('allocation',
    bursar.open_allocation(p_head, v_from, v_recipients, v_amounts, p_amount, p_kind, p_reason, v_now)), null)::bursar.outcome;
end $$;

-- May be past a bigint.
create function bursar.sum_of(p_recipients text[], p_amounts bigint[], p_amount bigint) returns numeric
language sql immutable as $$
  select case when p_amounts is null then p_amount::numeric * cardinality(p_recipients)
    else (select sum(a) from unnest(p_amounts) a) end
$$;

-- Writes the allocation with its frozen recipients and sets its sum aside.
create function bursar.open_allocation(
  p_head bursar.operation_head, p_from bigint, p_recipients text[], p_amounts bigint[], p_amount bigint,
  p_kind bursar.lot_kind, p_reason text, p_now timestamptz
) returns uuid
language plpgsql as $$
declare
  v_id uuid := bursar.new_id();
  v_total bigint := bursar.sum_of(p_recipients, p_amounts, p_amount);
begin
  insert into bursar.allocations (id, wallet_id, amount_per_recipient, total, recipients, reason, actor, operation, created_at)
  values (v_id, p_from, case when p_amounts is null then p_amount end, case when p_amounts is not null then v_total end,
    cardinality(p_recipients), p_reason, p_head.actor, p_head.key, p_now);
  insert into bursar.allocation_parts (allocation_id, position, wallet_id, amount)
  select v_id, r.ord, w.id, p_amounts[r.ord]
  from unnest(p_recipients) with ordinality r (owner, ord)
  join bursar.wallets w on w.owner = r.owner;
  perform bursar.pin_slices(v_id, p_from, v_total, p_now, p_kind);
  perform bursar.request_top_ups(array[p_from], false);
  update bursar.operations o
  set progress = jsonb_build_object('done', 0, 'total', cardinality(p_recipients))
  where o.key = p_head.key;
  return v_id;
end $$;

create function bursar.active_members(p_organization text) returns text[]
language sql stable as $$
  select array_agg('user:' || m.user_id order by m.joined_at, m.user_id)
  from bursar.memberships m
  where m.organization_id = substr(p_organization, 5) and m.status = 'active'
$$;

-- What an allocation that was only tried would do: beside its sum, what the pool has left, and who is passed over
-- because they are suspended. Names the first hundred of these.
create function bursar.allocation_preview(p_allocation uuid) returns jsonb
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select jsonb_build_object('allocation', bursar.allocation_summary(a) || jsonb_build_object(
    'available', bursar.credits_text(left_over.amount + bursar.allocation_total(a)),
    'left', bursar.credits_text(left_over.amount),
    'skipped', (
      select coalesce(jsonb_agg(jsonb_build_object('user', 'user:' || s.user_id, 'reason', s.status) order by s.user_id), '[]')
      from (
        select m.user_id, m.status
        from bursar.memberships m
        where m.organization_id = substr(w.owner, 5) and m.status = 'suspended'
        order by m.user_id limit 100
      ) s)))
  from bursar.allocations a
  join bursar.wallets w on w.id = a.wallet_id
  cross join lateral (select bursar.available_credits(a.wallet_id, clock_timestamp()) as amount) left_over
  where a.id = p_allocation
$$;
