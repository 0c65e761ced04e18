-- Seats: assigning one brings the configured credits, revoking one moves nothing.

create function bursar.assign_seat(p_head bursar.operation_head, p_organization text, p_member text) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now timestamptz := bursar.lock_wallets(array[bursar.wallet_id(p_organization), bursar.wallet_id(p_member)]);
  v_error jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  v_error := bursar.refuse_on_behalf(p_member, p_organization);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  insert into bursar.seats as s (organization_id, user_id, status, assigned_at)
  values (substr(p_organization, 5), substr(p_member, 6), 'assigned', v_now)
  on conflict (organization_id, user_id) do update
  set status = 'assigned', assignments = s.assignments + 1, assigned_at = v_now, revoked_at = null
  where s.status = 'revoked';
  if not found then
    return bursar.succeed(p_head, v_now, null, bursar.entitlement_result(p_organization, p_member, 'seat', null));
  end if;
  perform bursar.record_fact('seat-assigned', bursar.wallet_id(p_member), jsonb_build_object('organization', p_organization));
  return bursar.entitle(p_head, p_organization, p_member, 'seat', to_char(v_now at time zone 'UTC', 'YYYY-MM'),
    (select o.seat_allocation from bursar.organizations o where o.id = substr(p_organization, 5)), v_now);
end $$;

-- What a seat brought stays with its holder; what was still to be paid for it is called off.
create function bursar.revoke_seat(p_head bursar.operation_head, p_organization text, p_member text) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now timestamptz := bursar.lock_wallets(array[bursar.wallet_id(p_organization), bursar.wallet_id(p_member)]);
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  if not bursar.vacate_seat(p_organization, p_member, v_now) then
    return bursar.reject(p_head, bursar.refusal('seat_not_assigned',
      format('%s has no seat in %s; no credits moved.', p_member, p_organization)));
  end if;
  perform bursar.cancel_entitlements(p_organization, p_member, 'seat', v_now);
  return bursar.succeed(p_head, v_now, null, jsonb_build_object('seat', bursar.seat_summary(p_organization, p_member)));
end $$;

create function bursar.vacate_seat(p_organization text, p_member text, p_now timestamptz) returns boolean
language plpgsql as $$
begin
  update bursar.seats s set status = 'revoked', revoked_at = p_now
  where s.organization_id = substr(p_organization, 5) and s.user_id = substr(p_member, 6) and s.status = 'assigned';
  if not found then
    return false;
  end if;
  perform bursar.record_fact('seat-revoked', bursar.wallet_id(p_member), jsonb_build_object('organization', p_organization));
  return true;
end $$;

create function bursar.seat_summary(p_organization text, p_member text) returns jsonb
language sql stable as $$
  select jsonb_build_object('organization', p_organization, 'user', p_member, 'status', s.status,
    'assigned_at', bursar.instant_text(s.assigned_at), 'revoked_at', bursar.instant_text(s.revoked_at))
  from bursar.seats s
  where s.organization_id = substr(p_organization, 5) and s.user_id = substr(p_member, 6)
$$;
