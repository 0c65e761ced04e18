-- A checkout is closed on request. Stripe decides whether it was in time, so the command stays pending until it has.

-- Returns `pending` with the session to close.
create function bursar.cancel_purchase(p_head bursar.operation_head, p_purchase uuid) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_purchase bursar.purchases;
  v_outcome bursar.outcome;
begin
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase for no key update;
  if not bursar.claim_operation(p_head) then
    v_outcome := bursar.stored_outcome(p_head);
    if v_outcome.verdict = 'pending' then
      v_outcome.result := jsonb_build_object('session', v_purchase.checkout_session);
    end if;
    return v_outcome;
  end if;
  if v_purchase.status <> 'awaiting_payment' or v_purchase.processing_since is not null then
    return bursar.reject(p_head, bursar.not_cancellable(v_purchase));
  elsif v_purchase.checkout_session is null or v_purchase.cancelled_by is not null then
    return bursar.reject(p_head, bursar.refusal('purchase_not_open', case
      when v_purchase.cancelled_by is not null then 'The purchase is being cancelled already; no credits moved.'
      else 'The checkout of this purchase is still being opened; no credits moved. Cancel it in a moment.' end));
  end if;
  update bursar.purchases p set cancelled_by = p_head.key where p.id = p_purchase;
  return row('pending', jsonb_build_object('session', v_purchase.checkout_session), null)::bursar.outcome;
end $$;

-- After Stripe was asked: either the checkout is closed, or a payment was faster.
create function bursar.finish_cancellation(p_head bursar.operation_head, p_purchase uuid) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_purchase bursar.purchases;
begin
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase for no key update;
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  if v_purchase.status = 'cancelled' then
    return bursar.succeed(p_head, clock_timestamp(), null,
      jsonb_build_object('purchase', bursar.purchase_summary(p_purchase)));
  end if;
  -- Nobody asks for it any more, so that a later request can.
  update bursar.purchases p set cancelled_by = null where p.id = p_purchase;
  return bursar.reject(p_head, bursar.not_cancellable(v_purchase));
end $$;

create function bursar.not_cancellable(p_purchase bursar.purchases) returns jsonb
language sql immutable as $$
  select bursar.refusal('purchase_not_open', case
    when p_purchase.transaction_id is not null then
      'The purchase is paid and its credits were added, so there is no checkout to cancel.'
    when p_purchase.processing_since is not null and p_purchase.status = 'awaiting_payment' then
      'The payment of this purchase is on its way and cannot be stopped here; the credits follow when it arrives.'
    else format('The purchase is %s, so there is no checkout to cancel; no credits moved.', p_purchase.status) end)
$$;
