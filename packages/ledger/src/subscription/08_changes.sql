-- Changes are Stripe's to make; the ledger says whether they may be asked for, and keeps how they ended.

-- `pending` with what Stripe must be told, the decision made before, or a refusal. Without a plan or a
-- quantity those stay. What is pending is noted, so that another change waits for its end; nothing else is written for it.
create function bursar.begin_subscription_change(
  p_head bursar.operation_head, p_subscription uuid, p_plan text, p_quantity integer
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_subscription bursar.subscriptions;
  v_owner text;
  v_plan bursar.plans;
  v_error jsonb;
begin
  select s.* into v_subscription from bursar.subscriptions s where s.id = p_subscription for no key update;
  if exists (select from bursar.operations o where o.key = p_head.key) then
    return bursar.stored_outcome(p_head);
  end if;
  select w.owner into v_owner from bursar.wallets w where w.id = v_subscription.wallet_id;
  select p.* into v_plan from bursar.plans p where p.id = p_plan and p.retired_at is null;
  v_error := case
    when v_subscription.stripe_subscription is null or not bursar.goes_on(v_subscription.status) then
      bursar.refusal('subscription_not_active', 'The subscription does not go on; nothing was changed. Order a new one.')
    when bursar.is_being_changed(v_subscription, p_head.key) then bursar.refusal('change_in_progress',
      'Another change of this subscription is being made; nothing was changed here. Try again under a new Idempotency-Key when it is done.')
    when p_plan is not null and p_plan <> v_subscription.plan then bursar.refuse_change(v_owner, p_plan, v_plan, v_subscription.terms)
  end;
  if v_error is not null then
    perform bursar.claim_operation(p_head);
    return bursar.reject(p_head, v_error);
  end if;
  perform bursar.note_change(v_subscription, p_head);
  return row('pending', jsonb_build_object(
    'stripe_subscription', v_subscription.stripe_subscription,
    -- Whoever keeps the plan keeps the terms it was sold under.
    'terms', case when p_plan is null or p_plan = v_subscription.plan then v_subscription.terms
      else bursar.plan_terms(v_plan) || '{"trial_days": 0}' end,
    'quantity', coalesce(p_quantity, v_subscription.quantity)), null)::bursar.outcome;
end $$;

-- Workers come back to a change at least every minute; one that nobody has taken up for an hour has lost its job, and
-- must not stand in the way of a cancellation for ever.
create function bursar.is_being_changed(p_subscription bursar.subscriptions, p_by uuid) returns boolean
language sql volatile
return coalesce((p_subscription.changing ->> 'key')::uuid <> p_by
  and p_subscription.changing_since > clock_timestamp() - interval '1 hour', false);

-- The row is locked. A change that was lost is decided here, so that a late repetition of it undoes nothing.
create function bursar.note_change(p_subscription bursar.subscriptions, p_head bursar.operation_head) returns void
language plpgsql as $$
declare
  v_lost bursar.operation_head := jsonb_populate_record(null::bursar.operation_head, p_subscription.changing);
begin
  if v_lost.key <> p_head.key then
    perform bursar.claim_operation(v_lost);
    perform bursar.reject(v_lost, bursar.refusal('change_in_progress',
      'A later change took the place of this one, which was not heard of for an hour. GET /v1/subscriptions/{id} says what stands.'));
  end if;
  update bursar.subscriptions s set changing = to_jsonb(p_head), changing_since = clock_timestamp()
  where s.id = p_subscription.id;
end $$;

-- Credits and money of one period are compared, so both plans must have the same.
create function bursar.refuse_change(p_owner text, p_id text, p_plan bursar.plans, p_before jsonb) returns jsonb
language sql immutable
return coalesce(bursar.refuse_plan(p_owner, p_id, p_plan), case
  when p_plan.every <> p_before ->> 'every' or p_plan.currency <> p_before ->> 'currency' then
    bursar.refusal('plan_not_available', format(
      'The plan %s is paid every %s in %s, this subscription every %s in %s; nothing was changed. Cancel it, and subscribe anew when it has ended.',
      p_id, p_plan.every, p_plan.currency, p_before ->> 'every', p_before ->> 'currency'))
end);

-- How it ended at Stripe; p_error is null when it was done. The note is taken off first: whoever begins locks in this order.
create function bursar.finish_subscription_change(
  p_head bursar.operation_head, p_subscription uuid, p_error jsonb
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.subscriptions s set changing = null, changing_since = null
  where s.id = p_subscription and (s.changing ->> 'key')::uuid = p_head.key;
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  if p_error is not null then
    return bursar.reject(p_head, p_error);
  end if;
  return bursar.succeed(p_head, clock_timestamp(), null,
    jsonb_build_object('subscription', bursar.subscription_summary(p_subscription)));
end $$;

-- Gives an answer that a worker left for whoever asked, and forgets it: addresses of Stripe's are for one click.
create function bursar.take_answer(p_id uuid) returns table (status bursar.operation_status, result jsonb, error jsonb)
language sql security definer set search_path = bursar, pg_temp
as $$
  delete from bursar.previews p where p.id = p_id returning p.status, p.result, p.error
$$;
