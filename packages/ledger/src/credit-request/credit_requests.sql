-- A member asks, an administrator decides; approval is the transfer and the change of state in one transaction.

create function bursar.request_credits(
  p_head bursar.operation_head, p_organization text, p_member text, p_amount bigint, p_reason text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  -- The wallets are locked for those requests that approve themselves; the member's lock also keeps it at one
  -- pending request.
  v_now timestamptz := bursar.lock_wallets(array[bursar.wallet_id(p_organization), bursar.wallet_id(p_member)]);
  v_request bursar.credit_requests;
  v_error jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  v_error := bursar.refuse_on_behalf(p_member, p_organization);
  if v_error is null and bursar.is_request_pending(p_organization, p_member) then
    v_error := bursar.refusal('request_already_pending', 'A request is pending already; no credits moved. Cancel it, or wait for its decision.');
  end if;
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  insert into bursar.credit_requests (id, organization_id, user_id, amount, reason, created_at, expires_at)
  select bursar.new_id(), o.id, substr(p_member, 6), p_amount, p_reason, v_now, v_now + make_interval(days => o.request_expiry_days)
  from bursar.organizations o
  where o.id = substr(p_organization, 5)
  returning * into strict v_request;
  if bursar.approves_itself(v_request, v_now) then
    p_head.actor := 'system:auto-approval';
    return bursar.grant_request(p_head, v_request, p_amount, v_now);
  end if;
  perform bursar.record_fact('request-created', bursar.wallet_id(p_organization), bursar.request_summary(v_request.id));
  return bursar.succeed(p_head, v_now, null, jsonb_build_object('credit_request', bursar.request_summary(v_request.id)));
end $$;

-- Of one member; a request whose time has come ends here, should the sweeper be late.
create function bursar.is_request_pending(p_organization text, p_member text) returns boolean
language plpgsql as $$
declare
  v_pending uuid;
begin
  select r.id into v_pending
  from bursar.credit_requests r
  where r.organization_id = substr(p_organization, 5) and r.user_id = substr(p_member, 6) and r.status = 'pending'
  for no key update;
  return found and not bursar.expire_request_if_due(v_pending);
end $$;

-- Below the organization's limit, and with what approved itself for this member since the month began (UTC) not above
-- the monthly sum: many small requests are worth no more than that. Only what the pool can pay; the rest waits for a person.
create function bursar.approves_itself(p_request bursar.credit_requests, p_now timestamptz) returns boolean
language sql stable as $$
  select coalesce(p_request.amount < o.auto_approve_below, false)
    and p_request.amount + (
      select coalesce(sum(r.granted), 0)
      from bursar.credit_requests r
      where r.organization_id = p_request.organization_id and r.user_id = p_request.user_id
        and r.decided_by = 'system:auto-approval'
        and r.decided_at >= bursar.period_of('month', p_now)::timestamp at time zone 'UTC'
    ) <= coalesce(o.auto_approve_monthly, 0)
    and bursar.refuse_granting(p_request, p_request.amount, p_now) is null
  from bursar.organizations o
  where o.id = p_request.organization_id
$$;

-- Why the pool cannot give this member so much; null when it can.
create function bursar.refuse_granting(p_request bursar.credit_requests, p_amount bigint, p_now timestamptz) returns jsonb
language sql stable as $$
  select coalesce(
    bursar.refuse_parties('org:' || p_request.organization_id, 'user:' || p_request.user_id, false),
    bursar.refuse_taking(pool.id, p_amount, p_now, null),
    bursar.refuse_capped(pool.id, array['user:' || p_request.user_id], array[p_amount], p_now),
    bursar.refuse_receiving(bursar.wallet_id('user:' || p_request.user_id), p_amount))
  from bursar.wallets pool
  where pool.owner = 'org:' || p_request.organization_id
$$;

create function bursar.request_summary(p_request uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('req', r.id), 'organization', 'org:' || r.organization_id, 'member', 'user:' || r.user_id,
    'amount', bursar.credits_text(r.amount), 'granted', bursar.credits_text(r.granted), 'status', r.status,
    'reason', r.reason, 'decision_reason', r.decision_reason, 'created_at', bursar.instant_text(r.created_at),
    'decided_at', bursar.instant_text(r.decided_at),
    'expires_at', bursar.instant_text(r.expires_at))
  from bursar.credit_requests r
  where r.id = p_request
$$;

-- Locks both wallets, then the request; exactly one decision finds it pending. One whose time has come has expired,
-- whether a sweeper saw it or not.
create function bursar.lock_request(p_request uuid, p_wallets boolean, out request bursar.credit_requests, out at timestamptz)
language plpgsql as $$
begin
  at := clock_timestamp();
  if p_wallets then
    select bursar.lock_wallets(array[bursar.wallet_id('org:' || r.organization_id), bursar.wallet_id('user:' || r.user_id)]) into at
    from bursar.credit_requests r
    where r.id = p_request;
  end if;
  perform from bursar.credit_requests r where r.id = p_request for no key update;
  perform bursar.expire_request_if_due(p_request);
  select r.* into request from bursar.credit_requests r where r.id = p_request;
end $$;

-- The request is locked. Its author is told.
create function bursar.expire_request_if_due(p_request uuid) returns boolean
language plpgsql as $$
declare
  v_user text;
begin
  update bursar.credit_requests r
  set status = 'expired', decided_at = clock_timestamp(), decided_by = 'system:expiry'
  where r.id = p_request and r.status = 'pending' and r.expires_at <= clock_timestamp()
  returning r.user_id into v_user;
  if v_user is null then
    return false;
  end if;
  perform bursar.record_fact('request-expired', bursar.wallet_id('user:' || v_user), bursar.request_summary(p_request));
  return true;
end $$;

-- The sweeper's part: ends up to p_limit requests that nobody decided in time, leaving those that somebody decides now.
create function bursar.expire_requests(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_request uuid;
  v_ended integer := 0;
begin
  for v_request in
    select r.id from bursar.credit_requests r
    where r.status = 'pending' and r.expires_at <= clock_timestamp()
    order by r.expires_at limit p_limit
    for no key update skip locked
  loop
    v_ended := v_ended + bursar.expire_request_if_due(v_request)::integer;
  end loop;
  return v_ended;
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
  v_amount bigint;
  v_error jsonb;
begin
  v_locked := bursar.lock_request(p_request, true);
  v_request := v_locked.request;
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  v_amount := coalesce(p_amount, v_request.amount);
  v_error := bursar.refuse_decision(v_request);
  if v_error is null and v_amount > v_request.amount then
    v_error := bursar.refusal('amount_exceeds_request',
      format('%s credits were requested; no credits moved. Grant as much or less.', bursar.credits_text(v_request.amount)));
  end if;
  v_error := coalesce(v_error, bursar.refuse_granting(v_request, v_amount, v_locked.at));
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  return bursar.grant_request(p_head, v_request, v_amount, v_locked.at);
end $$;

-- The transfer and the decision, which the head's actor made.
create function bursar.grant_request(
  p_head bursar.operation_head, p_request bursar.credit_requests, p_amount bigint, p_now timestamptz
) returns bursar.outcome
language plpgsql as $$
declare
  v_from bigint := bursar.wallet_id('org:' || p_request.organization_id);
  v_to bigint := bursar.wallet_id('user:' || p_request.user_id);
  v_transaction uuid := bursar.new_id();
begin
  perform bursar.give_credits(
    v_transaction, v_from, v_to, bursar.take_lots(v_from, p_amount, p_now), p_now, 'transfer',
    row(p_head.key, p_head.actor, null, null, null, null, 'Credit request approved', null, null, null)::bursar.details);
  update bursar.credit_requests r
  set status = 'approved', granted = p_amount, decided_by = p_head.actor, decided_at = p_now
  where r.id = p_request.id;
  perform bursar.record_fact('request-approved', v_to, bursar.request_summary(p_request.id));
  return bursar.succeed(p_head, p_now, v_transaction, jsonb_build_object(
    'credit_request', bursar.request_summary(p_request.id),
    'transfer', bursar.transfer_summary(v_transaction, v_from, v_to, p_amount)));
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
  if p_status = 'cancelled' then
    perform bursar.tell_of_cancellation(p_request);
  elsif p_status = 'rejected' then
    perform bursar.record_fact('request-rejected', bursar.wallet_id('user:' || v_request.user_id), bursar.request_summary(p_request));
  end if;
  return bursar.succeed(p_head, v_locked.at, null, jsonb_build_object('credit_request', bursar.request_summary(p_request)));
end $$;

create function bursar.tell_of_cancellation(p_request uuid) returns void
language sql as $$
  select bursar.record_fact('request-cancelled', bursar.wallet_id('org:' || r.organization_id), bursar.request_summary(p_request))
  from bursar.credit_requests r
  where r.id = p_request
$$;
