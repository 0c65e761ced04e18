-- Orders that are missing although their pages were paid, and what operators decide about orders in review.

-- Writes an order anew from what its page at Stripe says, once. It waits for an operator: nothing is credited before, and
-- nobody but a person can know whether the page tells the truth. Returns the order, or null when its wallet is unknown or
-- closed, or its id or page belongs to another order.
create function bursar.rebuild_purchase(
  p_id uuid, p_owner text, p_credits bigint, p_subtotal bigint, p_currency text, p_session text, p_customer text,
  p_expiry_months integer
) returns jsonb
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_now timestamptz := clock_timestamp();
begin
  -- Whoever deletes the owner finds this order, or this finds the wallet closed.
  perform from bursar.wallets w where w.id = v_wallet and w.closed_at is null for no key update;
  if not found or exists (select from bursar.operations o where o.key = p_id) then
    return null;
  end if;
  insert into bursar.purchases (
    id, wallet_id, operation, actor, credits, subtotal, currency, expiry_months, status, review_reason, checkout_session,
    customer, rebuilt_at, created_at
  ) values (
    p_id, v_wallet, p_id, 'system:reconciliation', p_credits, p_subtotal, p_currency, p_expiry_months, 'needs_review',
    'It was rebuilt from a paid page because the order was missing; approve or dismiss it.', p_session, p_customer, v_now, v_now
  )
  on conflict do nothing;
  if not found then
    return null;
  end if;
  insert into bursar.operations (key, type, request_hash, caller, status, result, created_at, completed_at)
  values (p_id, 'purchase', p_id, 'system:reconciliation', 'succeeded',
    jsonb_build_object('purchase', bursar.purchase_summary(p_id)), v_now, v_now);
  perform bursar.record_fact('purchase-needs-review', v_wallet,
    bursar.purchase_summary(p_id) || jsonb_build_object('reason', 'It was rebuilt from a paid page because the order was missing.'));
  return bursar.purchase_summary(p_id);
end $$;

-- Whether nothing may be credited for an order, whatever Stripe says: it was rebuilt and nobody approved, or dismissed.
create function bursar.is_held_back(p_purchase bursar.purchases) returns boolean
language sql immutable
return p_purchase.dismissed_at is not null or (p_purchase.rebuilt_at is not null and p_purchase.approved_at is null);

-- An operator's word that a rebuilt order is right; its page is settled next. False when it does not wait for that, or its
-- wallet is closed, where nothing can be credited.
create function bursar.approve_purchase(p_purchase uuid, p_by text, p_reason text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  perform bursar.lock_wallets(array(select p.wallet_id from bursar.purchases p where p.id = p_purchase));
  update bursar.purchases p
  set approved_at = clock_timestamp(), approved_by = p_by, approval_reason = p_reason
  where p.id = p_purchase and p.status = 'needs_review' and p.rebuilt_at is not null and p.approved_at is null
    and p.dismissed_at is null and p.transaction_id is null and not bursar.is_closed(p.wallet_id);
  return found;
end $$;

-- An operator's word that nothing is left to credit, because the money went back or was never meant for credits. It takes
-- the place of an approval that brought nothing. A granted order is in review only because its wallet was closed before
-- its refunds changed: it stays so, and is put before nobody any more. False when the order does not wait for a decision.
-- Whoever grants reads under the wallet's lock whether it may, so this takes that lock, too.
create function bursar.dismiss_purchase(p_purchase uuid, p_by text, p_reason text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now timestamptz := bursar.lock_wallets(array(select p.wallet_id from bursar.purchases p where p.id = p_purchase));
begin
  update bursar.purchases p
  set status = 'failed', settled_at = v_now, approved_at = null, approved_by = null, approval_reason = null,
    dismissed_at = v_now, dismissed_by = p_by, dismissal_reason = p_reason
  where p.id = p_purchase and p.status = 'needs_review' and p.dismissed_at is null and p.transaction_id is null;
  if found then
    return true;
  end if;
  update bursar.purchases p
  set dismissed_at = v_now, dismissed_by = p_by, dismissal_reason = p_reason
  where p.id = p_purchase and p.status = 'needs_review' and p.dismissed_at is null and bursar.is_closed(p.wallet_id);
  return found;
end $$;
