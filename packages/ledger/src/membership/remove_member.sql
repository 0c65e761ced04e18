-- Removing a member sends back what this organization had handed out and is unspent, lot by lot.
create function bursar.remove_member(p_head bursar.operation_head, p_organization text, p_member text) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id(p_organization);
  v_wallet bigint := bursar.wallet_id(p_member);
  v_now timestamptz := bursar.lock_wallets(array[v_pool, v_wallet]);
  v_transaction uuid := bursar.new_id();
  v_membership bursar.memberships;
  v_returned bigint;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  select m.* into v_membership
  from bursar.memberships m
  where 'org:' || m.organization_id = p_organization and 'user:' || m.user_id = p_member and m.status <> 'removed';
  if v_membership.user_id is null then
    return bursar.reject(p_head, bursar.refuse_membership('removed', p_member, p_organization));
  end if;
  if v_membership.role = 'owner' and not exists (
    select from bursar.memberships m
    where m.organization_id = v_membership.organization_id and m.role = 'owner' and m.status = 'active'
      and m.user_id <> v_membership.user_id
  ) then
    return bursar.reject(p_head, bursar.refusal('last_owner',
      format('%s is the last owner of %s; make somebody else an owner first.', p_member, p_organization)));
  end if;
  update bursar.memberships m set status = 'removed'
  where m.organization_id = v_membership.organization_id and m.user_id = v_membership.user_id;
  update bursar.wallets w set frozen_by = nullif(array_remove(w.frozen_by, v_pool), '{}') where w.id = v_wallet;
  update bursar.credit_requests r set status = 'cancelled', decided_at = v_now, decided_by = p_head.actor
  where r.organization_id = v_membership.organization_id and r.user_id = v_membership.user_id and r.status = 'pending';
  v_returned := bursar.return_allocated(v_transaction, v_wallet, v_pool, null, v_now,
    row(p_head.key, p_head.actor, null, null, null, null, 'Member removed', null, null, null)::bursar.details);
  return bursar.succeed(p_head, v_now, case when v_returned > 0 then v_transaction end, jsonb_build_object(
    'returned', bursar.returned_summary(v_transaction, v_wallet, v_returned)));
end $$;

-- Moves the free part of what p_pool had allocated (of one hold's lots, if given) back to it.
create function bursar.return_allocated(
  p_transaction uuid, p_wallet bigint, p_pool bigint, p_hold uuid, p_now timestamptz, p_details bursar.details
) returns bigint
language plpgsql as $$
declare
  v_taken bursar.taken[];
begin
  select array_agg(row(l.id, l.kind, l.remaining - l.held)::bursar.taken
    order by l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id) into v_taken
  from bursar.lots l
  where l.wallet_id = p_wallet and l.allocated_by = p_pool and not l.closed and l.remaining > l.held
    and l.expires_at > p_now
    and (p_hold is null or l.id in (select s.lot_id from bursar.slices s where s.holder = p_hold));
  if v_taken is null then
    return 0;
  end if;
  update bursar.lots l
  set remaining = l.remaining - t.amount, closed = (l.remaining = t.amount)
  from unnest(v_taken) t
  where l.id = t.lot_id;
  perform bursar.give_credits(p_transaction, p_wallet, p_pool, v_taken, p_now, 'return', p_details);
  return bursar.taken_total(v_taken);
end $$;

create function bursar.returned_summary(p_transaction uuid, p_wallet bigint, p_amount bigint) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'amount', bursar.credits_text(p_amount),
    'lots', coalesce(bursar.transfer_summary(p_transaction, p_wallet, p_wallet, p_amount) -> 'lots', '[]'))
$$;

-- A hold of somebody who was removed meanwhile has ended: what it frees follows to the pool.
create function bursar.return_after_hold(p_hold uuid, p_wallet bigint, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_pool bigint;
begin
  for v_pool in
    select distinct l.allocated_by
    from bursar.slices s
    join bursar.lots l on l.id = s.lot_id
    join bursar.wallets pool on pool.id = l.allocated_by
    join bursar.wallets own on own.id = l.wallet_id
    join bursar.memberships m on 'org:' || m.organization_id = pool.owner and 'user:' || m.user_id = own.owner
    where s.holder = p_hold and m.status = 'removed'
    order by 1
  loop
    perform bursar.return_allocated(bursar.new_id(), p_wallet, v_pool, p_hold, p_now,
      row(null, 'system:return', null, null, null, null, 'Hold of a removed member ended', null, null, null)::bursar.details);
  end loop;
end $$;
