-- What Stripe reports about an order of a wallet that was closed since. No credits can come or go there, so a person
-- decides: the order says `needs_review` and why, and whoever follows the whole installation is told, once.

create function bursar.is_closed(p_wallet bigint) returns boolean
language sql stable as $$
  select w.closed_at is not null from bursar.wallets w where w.id = p_wallet
$$;

-- Only news is put before a person: Stripe reports the same thing often. The wallet is locked.
create function bursar.review_closed(p_purchase bursar.purchases, p_reason text, p_news boolean) returns void
language plpgsql as $$
begin
  if not p_news or p_purchase.review_reason is not distinct from p_reason then
    return;
  end if;
  update bursar.purchases p set status = 'needs_review', review_reason = p_reason where p.id = p_purchase.id;
  perform bursar.release_bonus(p_purchase.id);
  perform bursar.record_fact('purchase-needs-review', p_purchase.wallet_id,
    bursar.purchase_summary(p_purchase.id) || jsonb_build_object('reason', p_reason));
end $$;

-- The same for the bill of a subscription.
create function bursar.review_closed_invoice(p_invoice uuid, p_reason text) returns void
language sql as $$
  update bursar.subscription_invoices i set review_reason = p_reason where i.id = p_invoice
$$;
