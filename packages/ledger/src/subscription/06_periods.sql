-- Credits for what was paid, under the wallet's lock. A line whose period was granted before brings nothing, unless
-- everything of that period had gone back: then this invoice pays for it anew.
create function bursar.grant_periods(
  p_subscription uuid, p_wallet bigint, p_invoice bursar.subscription_invoices, p_lines bursar.paid_line[], p_now timestamptz
) returns void
language plpgsql as $$
declare
  v_line bursar.paid_line;
  v_period bursar.subscription_periods;
begin
  foreach v_line in array p_lines loop
    select p.* into v_period from bursar.subscription_periods p
    where p.item = v_line.item and p.period_start = v_line.period_start and p.price = v_line.price;
    if v_period.id is null then
      perform bursar.grant_period(p_subscription, p_wallet, p_invoice, v_line, p_now);
    elsif v_period.invoice_id <> p_invoice.id and v_period.taken_back = v_period.credits then
      update bursar.subscription_periods p
      set invoice_id = p_invoice.id, line = v_line.line
      where p.id = v_period.id;
    elsif v_period.invoice_id <> p_invoice.id then
      update bursar.subscription_invoices i
      set review_reason = 'Its period was paid for by another invoice already; no credits moved. Refund one of them.'
      where i.id = p_invoice.id and i.paid > 0;
    end if;
  end loop;
end $$;

-- One period: what is left of earlier ones moves on up to the cap, then the new credits arrive, debt first. Credits live
-- until the period's end and the grace after it; what was paid for later than that still lives for a week.
create function bursar.grant_period(
  p_subscription uuid, p_wallet bigint, p_invoice bursar.subscription_invoices, p_line bursar.paid_line, p_now timestamptz
) returns void
language plpgsql as $$
declare
  v_id uuid := bursar.new_id();
  v_transaction uuid := bursar.new_id();
  v_expires timestamptz := greatest(p_line.expires_at, p_now + bursar.late_life());
  v_rolled bigint;
  v_rollover uuid := bursar.new_id();
  v_owed bigint;
  v_in record;
begin
  v_rolled := bursar.roll_over(v_rollover, p_subscription, p_wallet, p_line, v_expires, p_now);
  select w.owed into strict v_owed from bursar.wallets w where w.id = p_wallet;
  v_in := bursar.move_in(
    v_transaction, p_wallet, p_line.credits, v_owed, p_now,
    row('subscription', 50, bursar.unit_cost(p_line.paid, p_line.credits), p_invoice.currency, p_now, v_expires, null, null,
      v_id)::bursar.lot_terms,
    'issued:subscription');
  perform bursar.post(
    v_transaction, p_wallet, 'subscription', p_line.credits - v_in.settled, -v_in.settled, p_now,
    row(null, 'system:payments', null, null, p_line.plan, null, null, null, null, null)::bursar.details);
  insert into bursar.subscription_periods (
    id, subscription_id, wallet_id, invoice_id, line, item, price, kind, period_start, period_end, plan, quantity,
    unit_credits, credits, paid, currency, expires_at, transaction_id, rollover_cap, rolled, rollover_transaction, created_at
  ) values (
    v_id, p_subscription, p_wallet, p_invoice.id, p_line.line, p_line.item, p_line.price, p_line.kind, p_line.period_start,
    p_line.period_end, p_line.plan, p_line.quantity, p_line.unit_credits, p_line.credits, p_line.paid, p_invoice.currency,
    v_expires, v_transaction, p_line.rollover_cap, v_rolled, case when v_rolled > 0 then v_rollover end, p_now
  );
  perform bursar.record_fact('subscription-renewed', p_wallet, bursar.subscription_summary(p_subscription)
    || jsonb_build_object(
      'kind', p_line.kind, 'amount', bursar.credits_text(p_line.credits), 'settled', bursar.credits_text(v_in.settled),
      'rolled', bursar.credits_text(v_rolled), 'period_start', bursar.instant_text(p_line.period_start),
      'period_end', bursar.instant_text(p_line.period_end), 'expires_at', bursar.instant_text(v_expires),
      'paid', jsonb_build_object('amount', p_line.paid, 'currency', p_invoice.currency),
      'invoice', bursar.public_id('pay', p_invoice.id), 'number', p_invoice.number,
      'transaction', bursar.public_id('txn', v_transaction)));
end $$;

create function bursar.late_life() returns interval
language sql immutable parallel safe
return interval '7 days';

-- Moves what is left of this subscription's credits, in burn order and up to the cap, into lots that live as long as
-- the new period's. Each part keeps its cost basis and the payment it came from, and names the lot it left. What does
-- not move lapses where it is, when it was said to. Only a whole period carries on. Returns what moved.
create function bursar.roll_over(
  p_transaction uuid, p_subscription uuid, p_wallet bigint, p_line bursar.paid_line, p_expires timestamptz, p_now timestamptz
) returns bigint
language plpgsql as $$
declare
  v_taken bursar.taken[];
  v_part bursar.taken;
  v_lot bursar.lots;
begin
  if p_line.kind <> 'period' or p_line.rollover_cap = 0 then
    return 0;
  end if;
  v_taken := bursar.next_to_roll(p_subscription, p_wallet, p_line.rollover_cap, p_expires, p_now);
  foreach v_part in array v_taken loop
    update bursar.lots l
    set remaining = l.remaining - v_part.amount, closed = (l.remaining = v_part.amount)
    where l.id = v_part.lot_id
    returning l.* into v_lot;
    perform bursar.move_in(
      p_transaction, p_wallet, v_part.amount, 0, p_now,
      row(v_lot.kind, v_lot.priority, v_lot.unit_cost, v_lot.cost_currency, p_now, p_expires, v_lot.id, v_lot.allocated_by,
        v_lot.purchase_id)::bursar.lot_terms,
      'credits', p_wallet, v_lot.id);
  end loop;
  if bursar.taken_total(v_taken) > 0 then
    perform bursar.post(
      p_transaction, p_wallet, 'rollover', 0, 0, p_now,
      row(null, 'system:payments', null, null, p_line.plan, null, null, null, null, null)::bursar.details);
  end if;
  return bursar.taken_total(v_taken);
end $$;

create function bursar.next_to_roll(
  p_subscription uuid, p_wallet bigint, p_cap bigint, p_expires timestamptz, p_now timestamptz
) returns bursar.taken[]
language sql stable as $$
  with ordered as (
    select l.id, l.kind, l.remaining - l.held as free,
      sum(l.remaining - l.held) over (
        order by l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id rows unbounded preceding
      )::bigint as upto
    from bursar.spendable_lots(p_wallet, p_now) l
    where l.kind = 'subscription' and l.expires_at < p_expires
      and l.purchase_id in (select p.id from bursar.subscription_periods p where p.subscription_id = p_subscription)
  )
  select coalesce(array_agg(row(o.id, o.kind, least(o.upto, p_cap) - (o.upto - o.free))::bursar.taken order by o.upto), '{}')
  from ordered o
  where o.upto - o.free < p_cap
$$;
