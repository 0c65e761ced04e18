-- Who is subscribed to what. Stripe owns a subscription's state; the rows here follow it.

-- Stripe's words for subscriptions that go on: they may bring a bill.
create function bursar.goes_on(p_status text) returns boolean
language sql immutable parallel safe
return p_status in ('trialing', 'active', 'past_due', 'unpaid', 'incomplete', 'paused');

create function bursar.has_subscription(p_wallet bigint) returns boolean
language sql stable as $$
  select exists (select from bursar.subscriptions s where s.wallet_id = p_wallet and bursar.goes_on(s.status))
$$;

-- Written before Stripe hears of it, so that a crash between any two steps finds it again. Answers `pending` with
-- what the next step needs, whether it was written now or by an attempt before.
create function bursar.open_subscription(
  p_head bursar.operation_head, p_owner text, p_plan text, p_quantity integer
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_plan bursar.plans;
  v_error jsonb;
begin
  perform bursar.lock_wallets(array[v_wallet]);
  if not bursar.claim_operation(p_head) then
    return bursar.opened_before(p_head);
  end if;
  if v_wallet is null then
    return bursar.reject(p_head, bursar.wallet_missing(p_owner));
  end if;
  v_error := bursar.refuse_closed(array[v_wallet]);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  select p.* into v_plan from bursar.plans p where p.id = p_plan and p.retired_at is null;
  v_error := bursar.refuse_plan(p_owner, p_plan, v_plan);
  if v_error is null and bursar.has_subscription(v_wallet) then
    v_error := bursar.refusal('already_subscribed',
      format('%s has a subscription; nothing was ordered. Change its plan, or cancel it first.', p_owner));
  end if;
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  perform bursar.replace_open_orders(v_wallet);
  -- A trial is for newcomers.
  if exists (select from bursar.subscriptions s where s.wallet_id = v_wallet and s.stripe_subscription is not null) then
    v_plan.trial_days := 0;
  end if;
  insert into bursar.subscriptions (id, wallet_id, operation, actor, plan, terms, quantity, status, created_at)
  values (bursar.new_id(), v_wallet, p_head.key, p_head.actor, v_plan.id, bursar.plan_terms(v_plan), p_quantity,
    'awaiting_payment', clock_timestamp());
  return bursar.opened_before(p_head);
end $$;

-- `pages` are the sessions of earlier orders that Stripe has to close before another page opens.
create function bursar.opened_before(p_head bursar.operation_head) returns bursar.outcome
language plpgsql as $$
declare
  v_outcome bursar.outcome := bursar.stored_outcome(p_head);
begin
  if v_outcome.verdict = 'pending' then
    select jsonb_build_object('subscription', s.id, 'terms', s.terms, 'pages', (
        select coalesce(jsonb_agg(e.subject order by e.created_at), '[]')
        from bursar.errands e
        where e.wallet_id = s.wallet_id and e.kind = 'close_page' and e.done_at is null))
    into strict v_outcome.result
    from bursar.subscriptions s where s.operation = p_head.key;
  end if;
  return v_outcome;
end $$;

-- A wallet has one page at a time on which it can subscribe: a later order takes the place of an earlier one, whose page
-- Stripe is to close. The wallet is locked.
create function bursar.replace_open_orders(p_wallet bigint) returns void
language plpgsql as $$
declare
  v_session text;
begin
  update bursar.subscriptions s set status = 'replaced'
  where s.wallet_id = p_wallet and s.status = 'awaiting_payment'
  returning s.checkout_session into v_session;
  if v_session is not null then
    perform bursar.leave_errand(p_wallet, 'close_page', v_session);
  end if;
end $$;

-- Why a wallet cannot have this plan; null when it can.
create function bursar.refuse_plan(p_owner text, p_id text, p_plan bursar.plans) returns jsonb
language sql immutable
return case
  when p_plan.id is null then bursar.refusal('plan_not_found',
    format('There is no plan %s that can be subscribed to; nothing was ordered. GET /v1/plans lists them.', p_id))
  when p_plan.audience <> 'any' and p_plan.audience <> split_part(p_owner, ':', 1) then bursar.refusal('plan_not_available',
    format('The plan %s is not for %s; nothing was ordered. GET /v1/plans says whom each is for.', p_id, p_owner))
end;

-- The customer now has somewhere to pay, unless another order took this one's place or the wallet is subscribed by now:
-- then the page is to be closed, and nobody was sent there.
create function bursar.attach_subscription_checkout(
  p_head bursar.operation_head, p_subscription uuid, p_session text, p_url text, p_customer text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_row bursar.subscriptions;
  v_error jsonb;
begin
  select s.* into strict v_row from bursar.subscriptions s where s.id = p_subscription;
  perform bursar.lock_wallets(array[v_row.wallet_id]);
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  update bursar.subscriptions s
  set checkout_session = p_session, checkout_url = p_url, customer = coalesce(s.customer, p_customer)
  where s.id = p_subscription and (s.checkout_session is null or s.checkout_session = p_session)
  returning s.* into v_row;
  assert found, 'a subscription has one checkout session';
  v_error := case
    when bursar.has_subscription(v_row.wallet_id) then bursar.refusal('already_subscribed',
      'The wallet was subscribed meanwhile; nothing was ordered. Change its plan, or cancel it first.')
    when v_row.status = 'replaced' then bursar.refusal('order_replaced',
      'A later order took the place of this one; nothing was ordered here. Pay there, or order again.')
  end;
  if v_error is not null then
    update bursar.subscriptions s set status = 'replaced' where s.id = p_subscription and s.status = 'awaiting_payment';
    perform bursar.leave_errand(v_row.wallet_id, 'close_page', p_session);
    return bursar.reject(p_head, v_error);
  end if;
  return bursar.succeed(p_head, clock_timestamp(), null,
    jsonb_build_object('subscription', bursar.subscription_summary(p_subscription)));
end $$;

-- The order cannot be carried out; nothing was paid and no credits moved.
create function bursar.refuse_subscription(
  p_head bursar.operation_head, p_subscription uuid, p_error jsonb
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  update bursar.subscriptions s set status = 'failed', ended_at = clock_timestamp()
  where s.id = p_subscription and s.status in ('awaiting_payment', 'replaced');
  return bursar.reject(p_head, p_error);
end $$;

-- The page closed without a subscription. One that Stripe knows by now is left alone.
create function bursar.close_subscription_checkout(p_session text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.subscriptions s
  set status = case when s.status = 'replaced' then s.status else 'expired' end, ended_at = clock_timestamp()
  where s.checkout_session = p_session and s.status in ('awaiting_payment', 'replaced') and s.ended_at is null;
  return found;
end $$;

create function bursar.subscription_summary(p_subscription uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('sbs', s.id), 'wallet', w.owner, 'status', s.status, 'plan', s.plan,
    'name', s.terms ->> 'name', 'quantity', s.quantity,
    'credits', bursar.credits_text(bursar.times_quantity((s.terms ->> 'credits')::bigint, s.quantity)),
    'price', jsonb_build_object(
      'amount', (s.terms ->> 'amount')::bigint * s.quantity, 'currency', s.terms ->> 'currency'),
    'every', s.terms ->> 'every',
    'current_period_start', bursar.instant_text(s.current_period_start),
    'current_period_end', bursar.instant_text(s.current_period_end),
    'trial_end', bursar.instant_text(s.trial_end), 'cancel_at', bursar.instant_text(s.cancel_at),
    'canceled_at', bursar.instant_text(s.canceled_at), 'ended_at', bursar.instant_text(s.ended_at),
    'checkout_url', case when s.status = 'awaiting_payment' then s.checkout_url end,
    'seats', bursar.plan_seats(s),
    'next', case when s.next_at is not null then jsonb_build_object(
      'plan', s.next_terms ->> 'plan', 'name', s.next_terms ->> 'name', 'quantity', s.next_quantity,
      'credits', bursar.credits_text(bursar.times_quantity((s.next_terms ->> 'credits')::bigint, s.next_quantity)),
      'price', jsonb_build_object(
        'amount', (s.next_terms ->> 'amount')::bigint * s.next_quantity, 'currency', s.next_terms ->> 'currency'),
      'at', bursar.instant_text(s.next_at)) end,
    'duplicate_of', bursar.public_id('sbs', s.duplicate_of),
    'created_at', bursar.instant_text(s.created_at))
  from bursar.subscriptions s
  join bursar.wallets w on w.id = s.wallet_id
  where s.id = p_subscription
$$;

-- Whoever sets an absurd quantity in Stripe's dashboard is shown the largest amount there is, and still followed.
create function bursar.times_quantity(p_credits bigint, p_quantity integer) returns bigint
language sql immutable parallel safe
return least(p_credits::numeric * p_quantity, 999999999999999999)::bigint;

-- What a plan about seats includes and what of it is taken; null for other plans. `over` names whoever was assigned
-- beyond it, the latest first.
create function bursar.plan_seats(p_subscription bursar.subscriptions) returns jsonb
language sql stable as $$
  with taken as (
    select t.user_id, row_number() over (order by t.assigned_at, t.user_id) as place
    from bursar.wallets w
    join bursar.seats t on w.owner = 'org:' || t.organization_id and t.status = 'assigned'
    where w.id = p_subscription.wallet_id
  ), included as (
    select (p_subscription.terms ->> 'seats')::bigint * p_subscription.quantity as seats
  )
  select jsonb_build_object('included', i.seats, 'assigned', (select count(*) from taken),
    'over', (select coalesce(jsonb_agg('user:' || t.user_id order by t.place desc), '[]')
      from (select t.* from taken t where t.place > i.seats order by t.place desc limit 100) t))
  from included i
  where i.seats is not null
$$;
