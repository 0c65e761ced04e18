-- A member asks, an administrator decides; approval is the transfer and the change of state in one transaction.

create function bursar.request_credits(
  p_head bursar.operation_head, p_organization text, p_member text, p_amount bigint, p_reason text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_membership bursar.memberships;
  v_id uuid := bursar.new_id();
  v_error jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  -- The membership's row is the lock for "one pending request per member".
  select m.* into v_membership
  from bursar.memberships m
  where 'org:' || m.organization_id = p_organization and 'user:' || m.user_id = p_member
  for no key update;
  v_error := bursar.refuse_membership(coalesce(v_membership.status, 'removed'), p_member, p_organization);
  if v_error is null and exists (
    select from bursar.credit_requests r
    where r.organization_id = v_membership.organization_id and r.user_id = v_membership.user_id and r.status = 'pending'
  ) then
    v_error := bursar.refusal('request_already_pending', 'Cancel the pending request, or wait for its decision.');
  end if;
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  insert into bursar.credit_requests (id, organization_id, user_id, amount, reason, created_at)
  values (v_id, v_membership.organization_id, v_membership.user_id, p_amount, p_reason, clock_timestamp());
  perform bursar.record_fact('request-created', bursar.wallet_id(p_organization), bursar.request_summary(v_id));
  return bursar.succeed(p_head, clock_timestamp(), null, jsonb_build_object('credit_request', bursar.request_summary(v_id)));
end $$;

create function bursar.request_summary(p_request uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('req', r.id), 'organization', 'org:' || r.organization_id, 'member', 'user:' || r.user_id,
    'amount', bursar.credits_text(r.amount), 'granted', bursar.credits_text(r.granted), 'status', r.status,
    'reason', r.reason, 'decision_reason', r.decision_reason, 'created_at', bursar.instant_text(r.created_at),
    'decided_at', bursar.instant_text(r.decided_at))
  from bursar.credit_requests r
  where r.id = p_request
$$;

-- Locks both wallets, then the request; exactly one decision finds it pending.
create function bursar.lock_request(p_request uuid, p_wallets boolean, out request bursar.credit_requests, out at timestamptz)
language plpgsql as $$
begin
  at := clock_timestamp();
  if p_wallets then
    select bursar.lock_wallets(array[bursar.wallet_id('org:' || r.organization_id), bursar.wallet_id('user:' || r.user_id)]) into at
    from bursar.credit_requests r
    where r.id = p_request;
  end if;
  select r.* into request from bursar.credit_requests r where r.id = p_request for no key update;
end $$;

create function bursar.refuse_decision(p_request bursar.credit_requests) returns jsonb
language sql immutable
return case
  when p_request.id is null then bursar.refusal('not_found', 'There is no such credit request.')
  when p_request.status <> 'pending' then bursar.refusal('request_not_pending',
    format('The request is %s already; no credits moved.', p_request.status))
end;

create function bursar.approve_request(p_head bursar.operation_head, p_request uuid, p_amount bigint) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_locked record;
  v_request bursar.credit_requests;
  v_from bigint;
  v_to bigint;
  v_amount bigint;
  v_transaction uuid := bursar.new_id();
  v_error jsonb;
begin
  v_locked := bursar.lock_request(p_request, true);
  v_request := v_locked.request;
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  v_error := bursar.refuse_decision(v_request);
  v_amount := coalesce(p_amount, v_request.amount);
  v_from := bursar.wallet_id('org:' || v_request.organization_id);
  v_to := bursar.wallet_id('user:' || v_request.user_id);
  if v_error is null and v_amount > v_request.amount then
    v_error := bursar.refusal('amount_exceeds_request',
      format('%s credits were requested; grant as much or less.', bursar.credits_text(v_request.amount)));
  end if;
  if v_error is null then
    v_error := coalesce(
      bursar.refuse_parties('org:' || v_request.organization_id, 'user:' || v_request.user_id, false),
      bursar.refuse_taking(v_from, v_amount, v_locked.at, null),
      bursar.refuse_receiving(v_to, v_amount));
  end if;
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  perform bursar.give_credits(
    v_transaction, v_from, v_to, bursar.take_lots(v_from, v_amount, v_locked.at), v_locked.at, 'transfer',
    row(p_head.key, p_head.actor, null, null, null, null, 'Credit request approved', null, null, null)::bursar.details);
  update bursar.credit_requests r
  set status = 'approved', granted = v_amount, decided_by = p_head.actor, decided_at = v_locked.at
  where r.id = p_request;
  perform bursar.record_fact('request-approved', v_to, bursar.request_summary(p_request));
  return bursar.succeed(p_head, v_locked.at, v_transaction, jsonb_build_object(
    'credit_request', bursar.request_summary(p_request),
    'transfer', bursar.transfer_summary(v_transaction, v_from, v_to, v_amount)));
end $$;

create function bursar.close_request(
  p_head bursar.operation_head, p_request uuid, p_status bursar.credit_request_status, p_reason text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_locked record;
  v_request bursar.credit_requests;
  v_error jsonb;
begin
  v_locked := bursar.lock_request(p_request, false);
  v_request := v_locked.request;
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  v_error := bursar.refuse_decision(v_request);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  update bursar.credit_requests r
  set status = p_status, decision_reason = p_reason, decided_by = p_head.actor, decided_at = v_locked.at
  where r.id = p_request;
  if p_status = 'rejected' then
    perform bursar.record_fact('request-rejected', bursar.wallet_id('user:' || v_request.user_id), bursar.request_summary(p_request));
  end if;
  return bursar.succeed(p_head, v_locked.at, null, jsonb_build_object('credit_request', bursar.request_summary(p_request)));
end $$;
