-- What Stripe said about a bill, and what it paid for, in one transaction.

-- p_facts: invoice, number, status, reason, currency, total, tax, paid, out_of_band, payment_intents, invoiced_at,
-- attempts (failed ones), next_attempt_at, review_reason. p_lines are what the ledger owes for it: empty until the bill
-- is paid. Whoever reports a bill, and however often, each period is granted once. Returns the invoice's id.
create function bursar.settle_invoice(
  p_subscription uuid, p_facts jsonb, p_lines bursar.paid_line[], p_read_at timestamptz
) returns uuid
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint;
  v_now timestamptz;
  v_duplicate_of uuid;
  v_invoice bursar.subscription_invoices;
begin
  select s.wallet_id into strict v_wallet from bursar.subscriptions s where s.id = p_subscription;
  v_now := bursar.lock_wallets(array[v_wallet]);
  v_invoice := bursar.mirror_invoice(p_subscription, v_wallet, p_facts, p_read_at, v_now);
  select s.duplicate_of into strict v_duplicate_of from bursar.subscriptions s where s.id = p_subscription;
  if v_duplicate_of is not null then
    perform bursar.pay_duplicate_back(v_invoice);
  elsif bursar.is_closed(v_wallet) then
    perform bursar.review_closed_invoice(v_invoice.id, 'It was paid after its wallet had been closed; refund the payment in Stripe.')
    where cardinality(p_lines) > 0
      and not exists (select from bursar.subscription_periods p where p.invoice_id = v_invoice.id);
  else
    perform bursar.grant_periods(p_subscription, v_wallet, v_invoice, p_lines, v_now);
  end if;
  return v_invoice.id;
end $$;

-- A bill of a subscription that nobody wanted brings nothing. Stripe gives back what went through it.
create function bursar.pay_duplicate_back(p_invoice bursar.subscription_invoices) returns void
language plpgsql as $$
begin
  if p_invoice.status <> 'paid' or p_invoice.paid = 0 then
    return;
  end if;
  if p_invoice.out_of_band or p_invoice.payment_intents = '{}' then
    update bursar.subscription_invoices i
    set review_reason = 'It belongs to a second subscription that was cancelled, and was not paid through Stripe; no credits moved. Give the money back.'
    where i.id = p_invoice.id;
  else
    perform bursar.leave_errand(p_invoice.wallet_id, 'refund_bill', p_invoice.invoice);
  end if;
end $$;

create function bursar.mirror_invoice(
  p_subscription uuid, p_wallet bigint, p_facts jsonb, p_read_at timestamptz, p_now timestamptz
) returns bursar.subscription_invoices
language plpgsql as $$
declare
  v_new bursar.subscription_invoices := jsonb_populate_record(null::bursar.subscription_invoices, p_facts);
  v_row bursar.subscription_invoices;
  v_failed integer := (p_facts ->> 'attempts')::integer;
begin
  insert into bursar.subscription_invoices as i (
    id, subscription_id, wallet_id, invoice, number, status, reason, currency, total, tax, paid, out_of_band,
    payment_intents, review_reason, read_at, invoiced_at, created_at
  ) values (
    bursar.new_id(), p_subscription, p_wallet, v_new.invoice, v_new.number, v_new.status, v_new.reason, v_new.currency,
    v_new.total, v_new.tax, v_new.paid, v_new.out_of_band, v_new.payment_intents, v_new.review_reason, p_read_at,
    v_new.invoiced_at, p_now
  )
  on conflict (invoice) do update
  set number = excluded.number, status = excluded.status, total = excluded.total, tax = excluded.tax,
    paid = excluded.paid, out_of_band = excluded.out_of_band, payment_intents = excluded.payment_intents,
    review_reason = excluded.review_reason, read_at = excluded.read_at
  where i.read_at <= excluded.read_at;
  select i.* into strict v_row from bursar.subscription_invoices i where i.invoice = v_new.invoice;
  -- Somebody who has paid by now is not told that an earlier attempt had failed.
  if v_row.status = 'open' and v_failed > v_row.attempts_told then
    update bursar.subscription_invoices i set attempts_told = v_failed where i.id = v_row.id;
    perform bursar.record_fact('subscription-payment-failed', p_wallet, bursar.subscription_summary(p_subscription)
      || jsonb_build_object('invoice', bursar.public_id('pay', v_row.id), 'number', v_row.number,
        'due', jsonb_build_object('amount', v_row.total - v_row.paid, 'currency', v_row.currency),
        'attempt', v_failed, 'next_attempt_at', p_facts ->> 'next_attempt_at'));
  end if;
  return v_row;
end $$;
