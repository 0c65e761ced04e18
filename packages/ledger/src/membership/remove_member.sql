-- Removing a member sends back what this organization had handed out and is unspent, lot by lot. Of allocations that
-- are still running the member gets their part first: an allocation means the same whether it is done at once or not.
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
  v_consequences jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  select m.* into v_membership
  from bursar.memberships m
  where p_organization like 'org:%' and m.organization_id = substr(p_organization, 5)
    and p_member like 'user:%' and m.user_id = substr(p_member, 6) and m.status <> 'removed';
  if v_membership.user_id is null then
    return bursar.reject(p_head, bursar.refuse_membership('removed', p_member, p_organization));
  end if;
  if v_membership.role = 'owner' and not exists (
    select from bursar.memberships m
    where m.organization_id = v_membership.organization_id and m.role = 'owner' and m.status = 'active'
      and m.user_id <> v_membership.user_id
  ) then
    return bursar.reject(p_head, bursar.refusal('last_owner',
      format('%s is the last owner of %s; nobody was removed and no credits moved. Make somebody else an owner first.', p_member, p_organization)));
  end if;
  update bursar.memberships m set status = 'removed'
  where m.organization_id = v_membership.organization_id and m.user_id = v_membership.user_id;
  update bursar.wallets w set frozen_by = nullif(array_remove(w.frozen_by, v_pool), '{}') where w.id = v_wallet;
  v_consequences := bursar.end_of_membership(p_organization, p_member, p_head.actor, v_now);
  perform bursar.serve_waiting_parts(v_pool, v_wallet, v_now);
  v_returned := bursar.return_allocated(v_transaction, v_wallet, v_pool, v_now,
    row(p_head.key, p_head.actor, null, null, null, null, 'Member removed', null, null, null)::bursar.details);
  v_consequences := jsonb_build_object('returned', bursar.returned_summary(v_transaction, v_wallet, v_returned),
    'held', bursar.credits_text(bursar.held_for_pool(v_wallet, v_pool))) || v_consequences;
  perform bursar.record_fact('member-removed', v_wallet, jsonb_build_object(
    'organization', p_organization, 'returned', bursar.credits_text(v_returned), 'held', v_consequences -> 'held'));
  return bursar.succeed(p_head, v_now, case when v_returned > 0 then v_transaction end, v_consequences);
end $$;

-- What else ends: the seat, pending requests, and what was still to be paid. Says so, because a preview warns of it.
create function bursar.end_of_membership(p_organization text, p_member text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql as $$
declare
  v_request uuid;
  v_requests integer := 0;
  v_vacated boolean := bursar.vacate_seat(p_organization, p_member, p_now);
  v_called_off bigint := bursar.cancel_entitlements(p_organization, p_member, null, p_now);
begin
  for v_request in
    update bursar.credit_requests r set status = 'cancelled', decided_at = p_now, decided_by = p_actor
    where r.organization_id = substr(p_organization, 5) and r.user_id = substr(p_member, 6) and r.status = 'pending'
    returning r.id
  loop
    v_requests := v_requests + 1;
    perform bursar.tell_of_cancellation(v_request);
  end loop;
  return jsonb_build_object('seat_revoked', v_vacated, 'requests_cancelled', v_requests,
    'delayed_cancelled', bursar.credits_text(v_called_off));
end $$;

-- What of a pool's allocations is held and follows when the holds end.
create function bursar.held_for_pool(p_wallet bigint, p_pool bigint) returns bigint
language sql stable as $$
  select coalesce(sum(l.held), 0)::bigint
  from bursar.lots l
  where l.wallet_id = p_wallet and l.allocated_by = p_pool and not l.closed
$$;

create function bursar.returned_summary(p_transaction uuid, p_wallet bigint, p_amount bigint) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'amount', bursar.credits_text(p_amount),
    'lots', coalesce(bursar.transfer_summary(p_transaction, p_wallet, p_wallet, p_amount) -> 'lots', '[]'))
$$;
