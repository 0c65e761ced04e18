-- Holds: credits set aside before work starts, captured in whole or part, or released.

create function bursar.place_hold(
  p_head bursar.operation_head, p_owner text, p_amount bigint, p_product text, p_behalf text, p_lifetime interval,
  p_pricing bursar.pricing default null
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_now timestamptz := bursar.lock_wallets(array[v_wallet]);
  v_id uuid := bursar.new_id();
  v_behalf bigint := bursar.wallet_id(p_behalf);
  v_available bigint;
  v_error jsonb;
begin
  perform bursar.lock_budgets(array[v_wallet], array[p_behalf], v_now);
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  if v_wallet is null then
    return bursar.reject(p_head, bursar.wallet_missing(p_owner));
  end if;
  v_available := bursar.available_credits(v_wallet, v_now);
  v_error := coalesce(
    bursar.refuse_on_behalf(p_owner, p_behalf),
    bursar.refuse_over_budget(v_wallet, v_behalf, p_product, p_head.caller, p_amount, v_now),
    case when v_available < p_amount then bursar.insufficient(p_amount, v_available) end,
    (select bursar.insufficient(p_amount, 0) from bursar.wallets w where w.id = v_wallet and w.owed > w.overdraft_limit));
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  insert into bursar.holds (
    id, wallet_id, amount, product, on_behalf_of, price, price_version, quantity, operation, expires_at, created_at
  ) values (
    v_id, v_wallet, p_amount, p_product, v_behalf, p_pricing.price, p_pricing.version, p_pricing.quantity,
    p_head.key, v_now + p_lifetime, v_now
  );
  perform bursar.pin_slices(v_id, v_wallet, p_amount, v_now, null, v_behalf);
  perform bursar.count_in_budgets(v_id, v_wallet, v_behalf, p_product, p_head.caller, 0, p_amount, v_now);
  return bursar.succeed(p_head, v_now, null, jsonb_build_object('hold', bursar.hold_summary(v_id)));
end $$;

create function bursar.hold_summary(p_hold uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('hold', h.id), 'wallet', w.owner, 'amount', bursar.credits_text(h.amount),
    'captured', bursar.credits_text(h.captured), 'status', h.status, 'product', h.product,
    'expires_at', bursar.instant_text(h.expires_at))
    || case when h.price is null then '{}'
      else jsonb_build_object('pricing', bursar.pricing_summary(h.price, h.price_version, h.quantity)) end
  from bursar.holds h
  join bursar.wallets w on w.id = h.wallet_id
  where h.id = p_hold
$$;

-- The wallets of holds, the pools that would get parts back, and then the budgets in which the holds count: each of
-- them locked together, so that no order can deadlock.
create function bursar.lock_holds(p_holds uuid[]) returns timestamptz
language plpgsql as $$
declare
  v_wallets bigint[];
  v_now timestamptz;
begin
  select array_agg(distinct x.id) into v_wallets
  from (
    select h.wallet_id as id from bursar.holds h where h.id = any (p_holds)
    union all
    select l.allocated_by
    from bursar.slices s
    join bursar.lots l on l.id = s.lot_id
    where s.holder = any (p_holds) and l.allocated_by is not null
  ) x;
  v_now := bursar.lock_wallets(coalesce(v_wallets, '{}'));
  perform bursar.lock_budgets_of(p_holds);
  return v_now;
end $$;

-- Burns what was set aside, in order; what goes beyond the hold is an ordinary charge in the same transaction.
-- p_pricing says what p_amount was made from, by the version that was current when the hold was placed.
create function bursar.capture_hold(
  p_head bursar.operation_head, p_hold uuid, p_amount bigint, p_final boolean, p_pricing bursar.pricing default null
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now timestamptz := bursar.lock_holds(array[p_hold]);
  v_transaction uuid := bursar.new_id();
  v_hold bursar.holds;
  v_pinned bigint;
  v_error jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  perform bursar.end_hold_if_due(p_hold);
  select h.* into v_hold from bursar.holds h where h.id = p_hold;
  if v_hold.status is distinct from 'open' then
    return bursar.reject(p_head, bursar.hold_refusal(v_hold));
  end if;
  select coalesce(sum(s.pinned), 0)::bigint into v_pinned from bursar.slices s where s.holder = p_hold;
  p_amount := coalesce(p_amount, v_pinned);
  v_error := bursar.charge_hold(v_transaction, v_hold, least(p_amount, v_pinned), greatest(p_amount - v_pinned, 0), v_now,
    row(p_head.key, p_head.actor, null, v_hold.product, null, null, null, null, null, null)::bursar.details,
    p_pricing);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  perform bursar.capture_in_budgets(p_hold, v_transaction, least(p_amount, v_pinned), p_amount);
  update bursar.holds h set captured = h.captured + p_amount where h.id = p_hold;
  if p_final or p_amount >= v_pinned then
    perform bursar.end_hold(p_hold, 'captured', v_now);
  end if;
  return bursar.succeed(p_head, v_now, v_transaction, jsonb_build_object(
    'hold', bursar.hold_summary(p_hold),
    'charge', bursar.charge_summary(v_transaction)));
end $$;

-- One transaction for both parts: slices first, then the excess in burn order, then debt within the limit.
create function bursar.charge_hold(
  p_transaction uuid, p_hold bursar.holds, p_pinned bigint, p_excess bigint, p_now timestamptz, p_details bursar.details,
  p_pricing bursar.pricing
) returns jsonb
language plpgsql as $$
declare
  v_available bigint := bursar.available_credits(p_hold.wallet_id, p_now);
  v_covered bigint := least(p_excess, v_available);
  v_room bigint;
begin
  select coalesce(w.overdraft_limit, bursar.debt_limit()) - w.owed into strict v_room
  from bursar.wallets w
  where w.id = p_hold.wallet_id;
  if p_excess - v_covered > greatest(v_room, 0) then
    return bursar.insufficient(p_pinned + p_excess, p_pinned + v_available + greatest(v_room, 0));
  end if;
  perform bursar.move_out(p_transaction, p_hold.wallet_id, bursar.take_slices(p_hold.id, p_hold.wallet_id, p_pinned), 'consumed');
  perform bursar.move_out(p_transaction, p_hold.wallet_id,
    bursar.take_lots(p_hold.wallet_id, v_covered, p_now, null, p_hold.on_behalf_of), 'consumed');
  perform bursar.move_debt(p_transaction, p_hold.wallet_id, p_excess - v_covered, 'consumed');
  perform bursar.post(p_transaction, p_hold.wallet_id, 'charge', -p_pinned - v_covered, p_excess - v_covered, p_now, p_details,
    p_hold.on_behalf_of, p_pricing);
  return null;
end $$;

create function bursar.release_hold(p_head bursar.operation_head, p_hold uuid) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now timestamptz := bursar.lock_holds(array[p_hold]);
  v_hold bursar.holds;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  perform bursar.end_hold_if_due(p_hold);
  select h.* into v_hold from bursar.holds h where h.id = p_hold;
  if v_hold.status is distinct from 'open' then
    return bursar.reject(p_head, bursar.hold_refusal(v_hold));
  end if;
  perform bursar.end_hold(p_hold, 'released', v_now);
  return bursar.succeed(p_head, v_now, null, jsonb_build_object('hold', bursar.hold_summary(p_hold)));
end $$;

create function bursar.hold_refusal(p_hold bursar.holds) returns jsonb
language sql immutable
return case when p_hold.id is null then bursar.refusal('not_found', 'There is no such hold; no credits moved.')
  else bursar.refusal('hold_not_open', format('The hold is %s already; no credits moved.', p_hold.status)) end;

create function bursar.end_hold_if_due(p_hold uuid) returns integer
language plpgsql as $$
declare
  v_now timestamptz := bursar.lock_holds(array[p_hold]);
begin
  if not exists (select from bursar.holds h where h.id = p_hold and h.status = 'open' and h.expires_at <= v_now) then
    return 0;
  end if;
  perform bursar.end_hold(p_hold, 'expired', v_now);
  return 1;
end $$;

-- A hold ends exactly once. What it frees goes, in this order: to the organization a removed member had it from,
-- to expiry if its time has passed, to what the wallet owes, and only then to what can be spent.
create function bursar.end_hold(p_hold uuid, p_status bursar.hold_status, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_wallet bigint;
begin
  update bursar.holds h set status = p_status, closed_at = p_now
  where h.id = p_hold and h.status = 'open'
  returning h.wallet_id into strict v_wallet;
  perform bursar.adjust_budgets(p_hold, 0, -bursar.free_slices(p_hold, v_wallet));
  perform bursar.return_after_hold(p_hold, v_wallet, p_now);
  perform bursar.bring_up_to_date(array[v_wallet], p_now);
end $$;
