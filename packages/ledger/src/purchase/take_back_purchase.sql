-- Money went back, or was disputed: what the order granted, its bonus included, is taken back up to a target, from the order's own lot
-- first, then other lots, then as debt. A lower target than before restores exactly the credits taken.
-- Recomputing to a target makes duplicates and any order of events harmless; p_read_at, the database's clock from before
-- Stripe was asked, keeps a slow worker's older answer from undoing a newer one. Returns micro-credits taken in all.
create function bursar.take_back_purchase(
  p_purchase uuid, p_refunded bigint, p_kind bursar.transaction_kind, p_reason text, p_grace interval, p_read_at timestamptz
) returns bigint
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_purchase bursar.purchases;
  v_now timestamptz;
  v_target bigint;
begin
  assert p_kind in ('refund', 'dispute'), 'only refunds and disputes take a purchase back';
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase;
  v_now := bursar.lock_with_left_pools(array[v_purchase.wallet_id]);
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase;
  if bursar.is_closed(v_purchase.wallet_id) then
    perform bursar.review_closed(v_purchase,
      'Its refunds or disputes changed after its wallet had been closed; the credits are gone, compare the money with Stripe.',
      v_purchase.transaction_id is not null
        and bursar.order_take_back_target(v_purchase, p_refunded) <> v_purchase.taken_back);
    return v_purchase.taken_back;
  end if;
  assert v_purchase.transaction_id is not null, 'only a paid order can be taken back';
  if v_purchase.reversals_read_at > p_read_at then
    return v_purchase.taken_back;
  end if;
  v_target := bursar.order_take_back_target(v_purchase, p_refunded);
  if v_target > v_purchase.taken_back then
    perform bursar.take_back(v_purchase.id, v_purchase.wallet_id, v_purchase.transaction_id,
      v_target - v_purchase.taken_back, p_kind, p_reason, v_now);
  elsif v_target < v_purchase.taken_back then
    perform bursar.restore_taken(v_purchase.wallet_id, v_purchase.transaction_id, v_purchase.taken_back - v_target,
      p_reason, v_now, p_grace);
  end if;
  update bursar.purchases p
  set taken_back = v_target, reversals_read_at = p_read_at, refunded_total = p_refunded,
    status = case
      when v_target = 0 then 'paid'
      when p_kind = 'dispute' then 'disputed'
      when v_target = p.credits + p.bonus then 'refunded'
      else p.status end::bursar.purchase_status
  where p.id = p_purchase;
  return v_target;
end $$;

-- Counted in the order's own rate: all of it for all the money, otherwise the whole part of the share.
create function bursar.take_back_target(p_credits bigint, p_paid bigint, p_refunded bigint) returns bigint
language sql immutable parallel safe
return case
  when p_refunded <= 0 then 0
  when p_refunded >= p_paid then p_credits
  else div(p_credits::numeric * p_refunded, p_paid)::bigint
end;

-- What of an order must be taken back, its bonus included. What goes back is counted with its taxes, so the share is one of
-- everything that was paid. Whoever settles and whoever reconciles ask here, so that they cannot disagree.
create function bursar.order_take_back_target(p_purchase bursar.purchases, p_refunded bigint) returns bigint
language sql immutable as $$
  select bursar.take_back_target(
    p_purchase.credits + p_purchase.bonus, p_purchase.paid_total + p_purchase.tax, p_refunded)
$$;

-- p_source is what was paid for, an order or a period of a subscription, and p_granted the transaction that brought it.
create function bursar.take_back(
  p_source uuid, p_wallet bigint, p_granted uuid, p_amount bigint, p_kind bursar.transaction_kind, p_reason text,
  p_now timestamptz
) returns void
language plpgsql as $$
declare
  v_transaction uuid := bursar.new_id();
  v_account bursar.account := case p_kind when 'refund' then 'refunded' else 'disputed' end;
  v_own bursar.taken[];
  v_others bursar.taken[];
  v_covered bigint;
begin
  with own as (
    select l.id, l.kind, l.remaining - l.held as free,
      sum(l.remaining - l.held) over (order by l.created_at, l.id rows unbounded preceding)::bigint as upto
    from bursar.lots l
    where l.purchase_id = p_source and l.wallet_id = p_wallet and not l.closed and l.remaining > l.held
  )
  select coalesce(array_agg(row(o.id, o.kind, least(o.upto, p_amount) - (o.upto - o.free))::bursar.taken order by o.upto), '{}')
  into v_own
  from own o
  where o.upto - o.free < p_amount;
  update bursar.lots l
  set remaining = l.remaining - t.amount, closed = (l.remaining = t.amount)
  from unnest(v_own) t
  where l.id = t.lot_id;
  v_others := bursar.take_lots(p_wallet, p_amount - bursar.taken_total(v_own), p_now);
  v_covered := bursar.taken_total(v_own) + bursar.taken_total(v_others);
  perform bursar.move_out(v_transaction, p_wallet, v_own, v_account);
  perform bursar.move_out(v_transaction, p_wallet, v_others, v_account);
  perform bursar.move_debt(v_transaction, p_wallet, p_amount - v_covered, v_account);
  perform bursar.post(v_transaction, p_wallet, p_kind, -v_covered, p_amount - v_covered, p_now,
    row(null, 'system:payments', null, null, null, null, p_reason, p_granted, null, null)::bursar.details);
end $$;

-- Undoes what was taken, newest taking first, also from months that are detached by now.
create function bursar.restore_taken(
  p_wallet bigint, p_granted uuid, p_amount bigint, p_reason text, p_now timestamptz, p_grace interval
) returns void
language plpgsql as $$
declare
  v_taking record;
  v_left bigint := p_amount;
  v_part bigint;
begin
  for v_taking in
    select t.id, t.kind, -t.amount - coalesce((
      select sum(r.amount) from bursar.transaction_history r where r.corrects = t.id and r.amount > 0
    ), 0)::bigint as standing, -t.amount as size
    from bursar.transaction_history t
    where t.corrects = p_granted and t.kind in ('refund', 'dispute') and t.amount < 0
    order by t.version desc
  loop
    v_part := least(v_left, v_taking.standing);
    continue when v_part = 0;
    perform bursar.unwind(
      bursar.new_id(), p_wallet, v_taking.id, v_taking.size - v_taking.standing, v_part, p_now, p_grace,
      v_taking.kind,
      row(null, 'system:payments', null, null, null, null, p_reason, v_taking.id, null, null)::bursar.details);
    v_left := v_left - v_part;
    exit when v_left = 0;
  end loop;
  assert v_left = 0, 'no more is restored than was taken';
end $$;
