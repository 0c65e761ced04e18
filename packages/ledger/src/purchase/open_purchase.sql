-- An order is written before Stripe hears of it, so that a crash between any two steps finds it again.
-- The operation stays pending until the customer has somewhere to pay, or the order costs nothing.

-- Returns `pending` with the purchase's id, whether it was made now or by an attempt before.
create function bursar.open_purchase(
  p_head bursar.operation_head, p_owner text, p_credits bigint, p_subtotal bigint, p_currency text, p_pack text,
  p_promotion_code text, p_expiry_months integer
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_id uuid := bursar.new_id();
  v_outcome bursar.outcome;
begin
  if not bursar.claim_operation(p_head) then
    v_outcome := bursar.stored_outcome(p_head);
    if v_outcome.verdict = 'pending' then
      select jsonb_build_object('purchase', p.id) into strict v_outcome.result
      from bursar.purchases p where p.operation = p_head.key;
    end if;
    return v_outcome;
  end if;
  if v_wallet is null then
    return bursar.reject(p_head, bursar.wallet_missing(p_owner));
  end if;
  insert into bursar.purchases (
    id, wallet_id, operation, actor, pack, credits, subtotal, currency, promotion_code, expiry_months, created_at
  ) values (
    v_id, v_wallet, p_head.key, p_head.actor, p_pack, p_credits, p_subtotal, p_currency, p_promotion_code,
    p_expiry_months, clock_timestamp()
  );
  return row('pending', jsonb_build_object('purchase', v_id), null)::bursar.outcome;
end $$;

create function bursar.purchase_summary(p_purchase uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('pur', p.id), 'status', p.status, 'wallet', w.owner,
    'credits', bursar.credits_text(p.credits),
    'subtotal', jsonb_build_object('amount', p.subtotal, 'currency', p.currency),
    'discount', jsonb_build_object('amount', p.discount, 'currency', p.currency),
    'total', jsonb_build_object('amount', coalesce(p.paid_total, p.subtotal - p.discount), 'currency', p.currency),
    'promotion_code', p.promotion_code, 'pack', p.pack,
    'checkout_url', case when p.status = 'awaiting_payment' then p.checkout_url end,
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

-- The customer now has somewhere to pay.
create function bursar.attach_checkout(
  p_head bursar.operation_head, p_purchase uuid, p_session text, p_url text, p_customer text, p_discount bigint,
  p_promotion text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  update bursar.purchases p
  set checkout_session = p_session, checkout_url = p_url, customer = p_customer, discount = p_discount, stripe_promotion = p_promotion
  where p.id = p_purchase and (p.checkout_session is null or p.checkout_session = p_session);
  assert found, 'a purchase has one checkout session';
  return bursar.succeed(p_head, clock_timestamp(), null, jsonb_build_object('purchase', bursar.purchase_summary(p_purchase)));
end $$;

-- The order cannot be carried out; nothing was paid and no credits moved.
create function bursar.refuse_purchase(p_head bursar.operation_head, p_purchase uuid, p_error jsonb) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  if bursar.decided_already(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  update bursar.purchases p
  set status = 'failed', settled_at = clock_timestamp()
  where p.id = p_purchase and p.status = 'awaiting_payment';
  return bursar.reject(p_head, p_error);
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
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase;
  return bursar.succeed(p_head, v_now, v_purchase.transaction_id,
    jsonb_build_object('purchase', bursar.purchase_summary(p_purchase)));
end $$;
