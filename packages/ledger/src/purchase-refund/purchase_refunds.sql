-- A refund that an operator asks for. The request is written before Stripe hears of it; what it takes from the wallet
-- follows from Stripe's own refunds, as for those that somebody makes in Stripe's dashboard.

-- p_refunded and p_disputed are what Stripe says now, in minor units. Returns `pending` with what to ask Stripe for.
create function bursar.start_refund(
  p_head bursar.operation_head, p_purchase uuid, p_amount bigint, p_reason text, p_override boolean, p_window_days integer,
  p_refunded bigint, p_disputed bigint
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_purchase bursar.purchases;
  v_paid bigint;
  v_outcome bursar.outcome;
  v_error jsonb;
begin
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase for no key update;
  if not bursar.claim_operation(p_head) then
    v_outcome := bursar.stored_outcome(p_head);
    if v_outcome.verdict = 'pending' then
      v_outcome.result := (select to_jsonb(r) from bursar.purchase_refunds r where r.operation = p_head.key);
    end if;
    return v_outcome;
  end if;
  v_paid := v_purchase.paid_total + v_purchase.tax;
  v_error := case
    when v_purchase.transaction_id is null or v_paid = 0 or v_purchase.payment_intent is null then
      bursar.refusal('refund_not_possible', 'Nothing was paid for this purchase, so there is nothing to refund; no credits moved.')
    when p_disputed > 0 then
      bursar.refusal('purchase_disputed', 'The payment is disputed, so the bank decides about its money; nothing was refunded and no credits moved.')
    when p_refunded >= v_paid then
      bursar.refusal('already_refunded', 'All of this purchase was refunded before; no credits moved.')
    when exists (select from bursar.purchase_refunds r where r.purchase_id = p_purchase and r.status = 'requested') then
      bursar.refusal('refund_in_progress', 'Another refund of this purchase is being made; no credits moved. Try again when it is done.')
    when not p_override and v_purchase.settled_at + make_interval(days => p_window_days) <= clock_timestamp() then
      bursar.refusal('refund_not_allowed', case when p_window_days = 0
        then 'Purchases are not refunded here; no credits moved. Send "override": true to refund it all the same.'
        else format('Purchases are refunded within %s days only; no credits moved. Send "override": true to refund it all the same.', p_window_days) end)
    when p_amount > v_paid - p_refunded then
      bursar.refusal('refund_exceeds_payment', format(
        '%s minor units of %s are left to refund; no credits moved.', v_paid - p_refunded, v_purchase.currency))
  end;
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  insert into bursar.purchase_refunds (
    id, purchase_id, operation, actor, amount, reason, overridden, created_at, updated_at
  ) values (
    bursar.new_id(), p_purchase, p_head.key, p_head.actor, coalesce(p_amount, v_paid - p_refunded), p_reason, p_override,
    clock_timestamp(), clock_timestamp()
  );
  return row('pending', (
    select to_jsonb(r) from bursar.purchase_refunds r where r.operation = p_head.key), null)::bursar.outcome;
end $$;

-- Stripe has taken it; the wallet has followed already.
create function bursar.finish_refund(p_head bursar.operation_head, p_refund uuid, p_stripe_refund text, p_status text)
returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_refund bursar.purchase_refunds;
begin
  select r.* into strict v_refund from bursar.purchase_refunds r where r.id = p_refund for no key update;
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  update bursar.purchase_refunds r
  set stripe_refund = p_stripe_refund, status = p_status, updated_at = clock_timestamp()
  where r.id = p_refund
  returning r.* into v_refund;
  return bursar.succeed(p_head, clock_timestamp(), null, jsonb_build_object(
    'refund', bursar.refund_summary(p_refund), 'purchase', bursar.purchase_summary(v_refund.purchase_id)));
end $$;

-- Stripe would not.
create function bursar.refuse_refund(p_head bursar.operation_head, p_refund uuid, p_error jsonb) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  perform from bursar.purchase_refunds r where r.id = p_refund for no key update;
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  update bursar.purchase_refunds r set status = 'refused', updated_at = clock_timestamp() where r.id = p_refund;
  return bursar.reject(p_head, p_error);
end $$;

-- What became of refunds at Stripe since: a list of {id, status}. Those that are not ours are left out.
create function bursar.mirror_refunds(p_refunds jsonb) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.purchase_refunds r
  set status = s.status, updated_at = clock_timestamp()
  from jsonb_to_recordset(p_refunds) s (id text, status text)
  where r.stripe_refund = s.id and r.status <> s.status
$$;

create function bursar.refund_summary(p_refund uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('rfd', r.id), 'purchase', bursar.public_id('pur', r.purchase_id), 'status', r.status,
    'amount', bursar.money(r.amount, p.currency), 'reason', r.reason, 'actor', r.actor, 'overridden', r.overridden,
    'created_at', bursar.instant_text(r.created_at))
  from bursar.purchase_refunds r
  join bursar.purchases p on p.id = r.purchase_id
  where r.id = p_refund
$$;
