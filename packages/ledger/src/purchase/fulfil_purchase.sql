-- One grant per order, whoever reports the payment first: the webhook, the return page or the reconciliation.
-- A payment that arrives after the order had expired still credits. Returns the purchase as it is afterwards.
create function bursar.fulfil_purchase(
  p_session text, p_paid_total bigint, p_tax bigint, p_discount bigint, p_payment_intent text, p_promotion text
) returns jsonb
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_purchase bursar.purchases;
  v_now timestamptz;
begin
  select p.* into v_purchase from bursar.purchases p where p.checkout_session = p_session;
  if v_purchase.id is null then
    return null;
  end if;
  v_now := bursar.lock_wallets(array[v_purchase.wallet_id]);
  -- Read again under the lock: a rival may have granted meanwhile.
  select p.* into strict v_purchase from bursar.purchases p where p.id = v_purchase.id;
  if bursar.is_closed(v_purchase.wallet_id) then
    update bursar.purchases p set payment_intent = p_payment_intent where p.id = v_purchase.id and p.payment_intent is null;
    perform bursar.review_closed(v_purchase, 'It was paid after its wallet had been closed; refund the payment in Stripe.',
      v_purchase.transaction_id is null and v_purchase.dismissed_at is null);
  elsif v_purchase.transaction_id is null and not bursar.is_held_back(v_purchase) then
    update bursar.purchases p
    set discount = p_discount, tax = p_tax, payment_intent = p_payment_intent, stripe_promotion = coalesce(p_promotion, p.stripe_promotion)
    where p.id = v_purchase.id;
    perform bursar.grant_purchase(v_purchase.id, p_paid_total, v_now);
  end if;
  return bursar.purchase_summary(v_purchase.id);
end $$;

-- The grant itself, under the wallet's lock: debt first, the remainder becomes a lot with the order's own terms. What a
-- bonus code brings is a lot of its own, and of the same transaction, so that both go back together.
create function bursar.grant_purchase(p_purchase uuid, p_paid_total bigint, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_purchase bursar.purchases;
  v_transaction uuid := bursar.new_id();
  v_owed bigint;
  v_in record;
  v_bonus record;
  v_settled bigint;
begin
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase;
  assert v_purchase.transaction_id is null, 'an order is granted once';
  select w.owed into strict v_owed from bursar.wallets w where w.id = v_purchase.wallet_id;
  v_in := bursar.move_in(
    v_transaction, v_purchase.wallet_id, v_purchase.credits, v_owed, p_now,
    row('purchased', 50, bursar.unit_cost(p_paid_total, v_purchase.credits), v_purchase.currency, p_now,
      bursar.purchase_expiry(p_now, v_purchase.expiry_months), null, null, p_purchase)::bursar.lot_terms,
    'issued:purchased');
  v_settled := v_in.settled;
  v_bonus := bursar.redeem_bonus(p_purchase, p_now);
  if v_bonus.credits > 0 then
    v_in := bursar.move_in(
      v_transaction, v_purchase.wallet_id, v_bonus.credits, v_owed - v_settled, p_now,
      row('promotional', 50, 0, null, p_now, v_bonus.expires_at, null, null, p_purchase)::bursar.lot_terms,
      'issued:promotional');
    v_settled := v_settled + v_in.settled;
  end if;
  perform bursar.post(
    v_transaction, v_purchase.wallet_id, 'purchase', v_purchase.credits + v_bonus.credits - v_settled, -v_settled, p_now,
    row(v_purchase.operation, v_purchase.actor, null, null, v_purchase.pack, null, null, null, null, null)::bursar.details);
  update bursar.purchases p
  set status = 'paid', paid_total = p_paid_total, bonus = v_bonus.credits, refunded_total = 0,
    transaction_id = v_transaction, settled_at = p_now, review_reason = null
  where p.id = p_purchase;
  perform bursar.book_sale(p_purchase);
  perform bursar.record_fact('purchase-paid', v_purchase.wallet_id,
    bursar.purchase_summary(p_purchase) || jsonb_build_object(
      'settled', bursar.credits_text(v_settled), 'actor', v_purchase.actor,
      'transaction', bursar.public_id('txn', v_transaction)));
  perform pg_notify('bursar_operations', '');
end $$;

-- Millionths of a minor unit per credit, rounded half up here and nowhere else.
create function bursar.unit_cost(p_total bigint, p_credits bigint) returns bigint
language sql immutable parallel safe
return div(p_total::numeric * 2000000000000 + p_credits, p_credits::numeric * 2)::bigint;

-- Calendar months in UTC, clamped to the month's end, same time of day; 0 means never.
create function bursar.purchase_expiry(p_at timestamptz, p_months integer) returns timestamptz
language sql immutable parallel safe
return case when p_months = 0 then 'infinity'::timestamptz
  else ((p_at at time zone 'UTC') + make_interval(months => p_months)) at time zone 'UTC' end;

-- Nobody paid and the page is closed; cancelled, if somebody had asked for that. A late payment can still turn this around.
create function bursar.close_purchase(p_session text, p_status bursar.purchase_status) returns jsonb
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_id uuid;
begin
  update bursar.purchases p
  set settled_at = clock_timestamp(),
    status = case when p_status = 'expired' and p.cancelled_by is not null then 'cancelled' else p_status end
  where p.checkout_session = p_session and p.status = 'awaiting_payment'
  returning p.id into v_id;
  if v_id is not null then
    perform bursar.release_bonus(v_id);
    if p_status = 'failed' then
      perform bursar.record_fact('payment-failed', p.wallet_id, bursar.purchase_summary(p.id))
      from bursar.purchases p
      where p.id = v_id;
    end if;
  end if;
  select p.id into v_id from bursar.purchases p where p.checkout_session = p_session;
  return bursar.purchase_summary(v_id);
end $$;

-- The page is completed and the money is on its way: nothing is credited before it arrives, and the same cart is a new
-- order from now on.
create function bursar.await_purchase_funds(p_session text) returns jsonb
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_id uuid;
begin
  update bursar.purchases p
  set processing_since = clock_timestamp()
  where p.checkout_session = p_session and p.status = 'awaiting_payment' and p.processing_since is null;
  select p.id into v_id from bursar.purchases p where p.checkout_session = p_session;
  return bursar.purchase_summary(v_id);
end $$;

-- What Stripe reports does not match what was ordered: nothing is granted, a person decides.
create function bursar.review_purchase(p_session text, p_reason text) returns jsonb
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_id uuid;
begin
  update bursar.purchases p
  set status = 'needs_review', review_reason = p_reason
  where p.checkout_session = p_session and p.status in ('awaiting_payment', 'expired', 'cancelled', 'failed')
    and p.dismissed_at is null;
  select p.id into v_id from bursar.purchases p where p.checkout_session = p_session;
  -- A code is set aside only while its order can be paid; should the order be granted after all, it is taken again.
  perform bursar.release_bonus(v_id);
  return bursar.purchase_summary(v_id);
end $$;
