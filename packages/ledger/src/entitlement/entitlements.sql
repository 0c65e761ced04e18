-- What an organization gives a member by itself: the default allocation, once for ever; a seat's credits, once per
-- membership and calendar month (UTC), however often the seat is taken away and given again. What the pool cannot
-- pay is never paid in part: it waits, the administrators are told, and it is paid when the pool can. Until then the
-- operation that asked for it is pending.

-- A newcomer's default allocation. Whoever leaves and comes back has had theirs.
create function bursar.give_default(p_head bursar.operation_head, p_organization text, p_member text, p_amount bigint)
returns bursar.outcome
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
  return bursar.entitle(p_head, p_organization, p_member, 'default', 'ever', p_amount, v_now);
end $$;

-- Entitles a member unless they were entitled on this occasion before, and pays if the pool can.
create function bursar.entitle(
  p_head bursar.operation_head, p_organization text, p_member text, p_kind bursar.entitlement_kind, p_occasion text,
  p_amount bigint, p_now timestamptz
) returns bursar.outcome
language plpgsql as $$
declare
  v_due bursar.entitlements;
begin
  insert into bursar.entitlements as e (
    operation, organization_id, user_id, kind, occasion, amount, actor, created_at, tried_at
  )
  select p_head.key, substr(p_organization, 5), substr(p_member, 6), p_kind, p_occasion, p_amount, p_head.actor, p_now, p_now
  where p_amount is not null
  -- What was called off before it was paid may be earned again.
  on conflict (organization_id, user_id, kind, occasion) do update
  set operation = excluded.operation, amount = excluded.amount, actor = excluded.actor, status = 'delayed',
    created_at = p_now, tried_at = p_now, settled_at = null
  where e.status = 'cancelled'
  returning e.* into v_due;
  if v_due.operation is null then
    return bursar.succeed(p_head, p_now, null, bursar.entitlement_result(p_organization, p_member, p_kind, null));
  end if;
  return bursar.settle_entitlement(v_due, p_now);
end $$;

-- Both wallets are locked. Pays all of it, or leaves it for later, or calls it off when its reason is gone.
create function bursar.settle_entitlement(p_due bursar.entitlements, p_now timestamptz) returns bursar.outcome
language plpgsql as $$
declare
  v_from bigint := bursar.wallet_id('org:' || p_due.organization_id);
  v_to bigint := bursar.wallet_id('user:' || p_due.user_id);
  v_error jsonb := coalesce(
    bursar.refuse_parties('org:' || p_due.organization_id, 'user:' || p_due.user_id, false),
    bursar.refuse_taking(v_from, p_due.amount, p_now, null),
    bursar.refuse_capped(v_from, array['user:' || p_due.user_id], array[p_due.amount], p_now),
    bursar.refuse_receiving(v_to, p_due.amount));
  v_transaction uuid := bursar.new_id();
  v_head bursar.operation_head;
begin
  if v_error is not null then
    return bursar.delay_entitlement(p_due, v_error, p_now);
  end if;
  perform bursar.give_credits(
    v_transaction, v_from, v_to, bursar.take_lots(v_from, p_due.amount, p_now), p_now, 'transfer',
    row(p_due.operation, p_due.actor, null, null, null, case p_due.kind when 'default' then 'Default allocation' else 'Seat' end,
      null, null, null, null)::bursar.details);
  update bursar.entitlements e set status = 'paid', transaction_id = v_transaction, settled_at = p_now
  where e.operation = p_due.operation;
  v_head.key := p_due.operation;
  return bursar.succeed(v_head, p_now, v_transaction, bursar.entitlement_result(
    'org:' || p_due.organization_id, 'user:' || p_due.user_id, p_due.kind,
    bursar.transfer_summary(v_transaction, v_from, v_to, p_due.amount)));
end $$;

create function bursar.delay_entitlement(p_due bursar.entitlements, p_error jsonb, p_now timestamptz) returns bursar.outcome
language plpgsql as $$
begin
  update bursar.entitlements e set tried_at = p_now where e.operation = p_due.operation;
  update bursar.operations o
  set progress = jsonb_strip_nulls(jsonb_build_object('delayed', true, 'because', p_error -> 'code',
    'required', p_error -> 'required', 'available', p_error -> 'available'))
  where o.key = p_due.operation;
  -- Told at the first attempt only, which is the one in the transaction that made it.
  perform bursar.record_fact('credits-delayed', bursar.wallet_id('org:' || p_due.organization_id), jsonb_build_object(
    'member', 'user:' || p_due.user_id, 'amount', bursar.credits_text(p_due.amount), 'for', p_due.kind))
  where p_due.tried_at = p_now;
  perform pg_notify('bursar_operations', '');
  return row('pending', jsonb_build_object('entitlement', p_due.operation), null)::bursar.outcome;
end $$;

-- Calls off what has not been paid, of one kind or of both; the operations that wait for it end without a transfer.
create function bursar.cancel_entitlements(
  p_organization text, p_member text, p_kind bursar.entitlement_kind, p_now timestamptz
) returns bigint
language plpgsql as $$
declare
  v_due bursar.entitlements;
  v_head bursar.operation_head;
  v_amount bigint := 0;
begin
  for v_due in
    update bursar.entitlements e set status = 'cancelled', settled_at = p_now
    where e.organization_id = substr(p_organization, 5) and e.user_id = substr(p_member, 6) and e.status = 'delayed'
      and (p_kind is null or e.kind = p_kind)
    returning e.*
  loop
    v_head.key := v_due.operation;
    perform bursar.succeed(v_head, p_now, null, bursar.entitlement_result(p_organization, p_member, v_due.kind, null));
    v_amount := v_amount + v_due.amount;
  end loop;
  return v_amount;
end $$;

-- Tries a delayed one again; returns whether it has been paid or called off by now.
create function bursar.retry_entitlement(p_operation uuid) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_due bursar.entitlements;
  v_now timestamptz;
  v_outcome bursar.outcome;
begin
  select e.* into strict v_due from bursar.entitlements e where e.operation = p_operation;
  v_now := bursar.lock_wallets(array[bursar.wallet_id('org:' || v_due.organization_id), bursar.wallet_id('user:' || v_due.user_id)]);
  select e.* into v_due from bursar.entitlements e where e.operation = p_operation and e.status = 'delayed';
  if v_due.operation is null then
    return true;
  end if;
  v_outcome := bursar.settle_entitlement(v_due, v_now);
  return v_outcome.verdict = 'applied';
end $$;

create function bursar.entitlement_result(p_organization text, p_member text, p_kind bursar.entitlement_kind, p_transfer jsonb)
returns jsonb
language sql stable as $$
  select case when p_kind = 'seat' then jsonb_build_object('seat', bursar.seat_summary(p_organization, p_member)) else '{}' end
    || jsonb_build_object('transfer', p_transfer)
$$;
