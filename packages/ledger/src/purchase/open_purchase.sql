-- An order is written before Stripe hears of it, so that a crash between any two steps finds it again.
-- The operation stays pending until the customer has somewhere to pay, or the order costs nothing.

-- Returns `pending` with the purchase's id, whether it was made now, by an attempt before, or by another command with
-- the same cart whose checkout is still open. `own` tells those apart; `session` is where it can be paid already.
create function bursar.open_purchase(
  p_head bursar.operation_head, p_owner text, p_credits bigint, p_subtotal bigint, p_currency text, p_pack text,
  p_promotion_code text, p_expiry_months integer, p_cart uuid, p_checkouts_max integer, p_failures_max integer
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_purchase uuid;
  v_outcome bursar.outcome;
  v_error jsonb;
begin
  -- Whoever deletes the owner finds this order, or this finds the wallet closed.
  perform from bursar.wallets w where w.id = v_wallet for no key update;
  if not bursar.claim_operation(p_head) then
    v_outcome := bursar.stored_outcome(p_head);
    if v_outcome.verdict <> 'pending' then
      return v_outcome;
    end if;
    v_purchase := bursar.purchase_of_operation(p_head.key);
  elsif v_wallet is null then
    return bursar.reject(p_head, bursar.wallet_missing(p_owner));
  end if;
  v_error := case
    when v_purchase is not null then null
    when exists (select from bursar.purchases p
      where p.cart = p_cart and p.status = 'awaiting_payment' and p.processing_since is null) then
      bursar.refuse_closed(array[v_wallet])
    else coalesce(
      bursar.refuse_closed(array[v_wallet]), bursar.checkout_obstacle(v_wallet, p_checkouts_max, p_failures_max))
  end;
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  while v_purchase is null loop
    insert into bursar.purchases (
      id, wallet_id, operation, actor, pack, credits, subtotal, currency, promotion_code, expiry_months, cart, created_at
    ) values (
      bursar.new_id(), v_wallet, p_head.key, p_head.actor, p_pack, p_credits, p_subtotal, p_currency, p_promotion_code,
      p_expiry_months, p_cart, clock_timestamp()
    )
    on conflict (cart) where status = 'awaiting_payment' and processing_since is null do nothing
    returning id into v_purchase;
    if v_purchase is null then
      -- Whoever came first may have been paid or closed since; then the next round makes a new one.
      insert into bursar.purchase_reorders (operation, purchase_id, created_at)
      select p_head.key, p.id, clock_timestamp()
      from bursar.purchases p
      where p.cart = p_cart and p.status = 'awaiting_payment' and p.processing_since is null
      returning purchase_id into v_purchase;
    end if;
  end loop;
  return row('pending', (
    select jsonb_build_object('purchase', p.id, 'own', p.operation = p_head.key, 'session', p.checkout_session,
      'accepted_at', bursar.instant_text(o.created_at))
    from bursar.purchases p
    join bursar.operations o on o.key = p.operation
    where p.id = v_purchase
  ), null)::bursar.outcome;
end $$;

-- The order of a command that has begun: its own, or the open one it was led to. One that was closed meanwhile is
-- forgotten, and null returned.
create function bursar.purchase_of_operation(p_operation uuid) returns uuid
language plpgsql as $$
declare
  v_purchase uuid;
begin
  select p.id into v_purchase from bursar.purchases p where p.operation = p_operation;
  if v_purchase is not null then
    return v_purchase;
  end if;
  delete from bursar.purchase_reorders r
  using bursar.purchases p
  where r.operation = p_operation and p.id = r.purchase_id
    and (p.status <> 'awaiting_payment' or p.processing_since is not null);
  select r.purchase_id into v_purchase from bursar.purchase_reorders r where r.operation = p_operation;
  return v_purchase;
end $$;

create function bursar.purchase_summary(p_purchase uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('pur', p.id), 'status', p.status, 'wallet', w.owner,
    'credits', bursar.credits_text(p.credits),
    'subtotal', jsonb_build_object('amount', p.subtotal, 'currency', p.currency),
    'discount', jsonb_build_object('amount', p.discount, 'currency', p.currency),
    'tax', jsonb_build_object('amount', p.tax, 'currency', p.currency),
    'total', jsonb_build_object('amount', coalesce(p.paid_total + p.tax, p.subtotal - p.discount), 'currency', p.currency),
    'promotion_code', p.promotion_code, 'pack', p.pack,
    'bonus', bursar.credits_text(coalesce(nullif(p.bonus, 0), (
      select r.credits from bursar.bonus_redemptions r where r.purchase_id = p.id and r.status = 'reserved'), 0)),
    'checkout_url', case when p.status = 'awaiting_payment' and p.processing_since is null then p.checkout_url end,
    'processing_since', bursar.instant_text(p.processing_since),
    'created_at', bursar.instant_text(p.created_at), 'settled_at', bursar.instant_text(p.settled_at))
  from bursar.purchases p
  join bursar.wallets w on w.id = p.wallet_id
  where p.id = p_purchase
$$;

-- Two workers may hold the same order. The operation's row decides: whoever finds it decided returns that decision.
create function bursar.decided_already(p_head bursar.operation_head) returns boolean
language plpgsql as $$
begin
  return (select o.status <> 'pending' from bursar.operations o where o.key = p_head.key for no key update);
end $$;

-- What was decided for one command holds for all that share its order, so that none of them asks again.
create function bursar.decide_alike(p_head bursar.operation_head, p_purchase uuid) returns void
language sql as $$
  update bursar.operations o
  set status = d.status, result = d.result, error = d.error, completed_at = d.completed_at
  from bursar.operations d
  where d.key = p_head.key and o.status = 'pending' and o.key in (
    select p.operation from bursar.purchases p where p.id = p_purchase
    union all
    select r.operation from bursar.purchase_reorders r where r.purchase_id = p_purchase
  )
$$;

-- The customer now has somewhere to pay.
create function bursar.attach_checkout(
  p_head bursar.operation_head, p_purchase uuid, p_session text, p_url text, p_customer text, p_discount bigint,
  p_promotion text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  -- The order's row first: commands that share it decide one after the other.
  perform from bursar.purchases p where p.id = p_purchase for no key update;
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  update bursar.purchases p
  set checkout_session = p_session, checkout_url = p_url, customer = p_customer, discount = p_discount, stripe_promotion = p_promotion
  where p.id = p_purchase and (p.checkout_session is null or p.checkout_session = p_session);
  assert found, 'a purchase has one checkout session';
  return bursar.answer_with_purchase(p_head, p_purchase);
end $$;

-- The order has somewhere to pay already, found open a moment ago: the command is answered with it.
create function bursar.adopt_checkout(p_head bursar.operation_head, p_purchase uuid) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  perform from bursar.purchases p where p.id = p_purchase for no key update;
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  return bursar.answer_with_purchase(p_head, p_purchase);
end $$;

create function bursar.answer_with_purchase(p_head bursar.operation_head, p_purchase uuid) returns bursar.outcome
language plpgsql as $$
declare
  v_outcome bursar.outcome;
begin
  v_outcome := bursar.succeed(p_head, clock_timestamp(), null, jsonb_build_object('purchase', bursar.purchase_summary(p_purchase)));
  perform bursar.decide_alike(p_head, p_purchase);
  return v_outcome;
end $$;

-- The order cannot be carried out; nothing was paid and no credits moved.
create function bursar.refuse_purchase(p_head bursar.operation_head, p_purchase uuid, p_error jsonb) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_outcome bursar.outcome;
begin
  perform from bursar.purchases p where p.id = p_purchase for no key update;
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  update bursar.purchases p
  set status = 'failed', settled_at = clock_timestamp()
  where p.id = p_purchase and p.status = 'awaiting_payment';
  perform bursar.release_bonus(p_purchase);
  v_outcome := bursar.reject(p_head, p_error);
  perform bursar.decide_alike(p_head, p_purchase);
  return v_outcome;
end $$;

-- A code that makes the total zero: the credits arrive at once and nobody enters a card. The redemption is
-- counted here, because Stripe never sees the order. p_limit is what Stripe would still allow, null for any number.
create function bursar.settle_free_purchase(
  p_head bursar.operation_head, p_purchase uuid, p_promotion text, p_limit bigint, p_first_only boolean
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_purchase bursar.purchases;
  v_now timestamptz;
  v_outcome bursar.outcome;
begin
  -- The lock makes "the last redemption" have one winner.
  perform pg_advisory_xact_lock(hashtextextended('promotion:' || p_promotion, 0));
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase;
  v_now := bursar.lock_wallets(array[v_purchase.wallet_id]);
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase;
  if v_purchase.transaction_id is null then
    if (select count(*) from bursar.promotion_redemptions r where r.stripe_promotion = p_promotion) >= p_limit then
      return bursar.refuse_purchase(p_head, p_purchase, bursar.refusal('promotion_invalid',
        'The promotion code has been used up; no credits moved.'));
    end if;
    if p_first_only and exists (
      select from bursar.purchases p where p.wallet_id = v_purchase.wallet_id and p.transaction_id is not null
    ) then
      return bursar.refuse_purchase(p_head, p_purchase, bursar.refusal('promotion_invalid',
        'The promotion code is only for a first purchase; no credits moved.'));
    end if;
    update bursar.purchases p set discount = p.subtotal, stripe_promotion = p_promotion where p.id = p_purchase;
    insert into bursar.promotion_redemptions (purchase_id, stripe_promotion, wallet_id, created_at)
    values (p_purchase, p_promotion, v_purchase.wallet_id, v_now);
    perform bursar.grant_purchase(p_purchase, 0, v_now);
  end if;
  -- Of the commands that share the order, the one that made it names the transaction.
  v_outcome := bursar.succeed(p_head, v_now, null, jsonb_build_object('purchase', bursar.purchase_summary(p_purchase)));
  perform bursar.decide_alike(p_head, p_purchase);
  update bursar.operations o
  set transaction_id = p.transaction_id
  from bursar.purchases p
  where p.id = p_purchase and o.key = p.operation;
  return v_outcome;
end $$;
