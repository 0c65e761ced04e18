-- Money of an invoice went back: what its lines granted is taken back up to the share of the sum that returned, as for
-- an order that was refunded, or restored when less has returned than before. p_returned and p_paid are minor units with
-- tax. Returns the micro-credits that are taken back now.
create function bursar.take_back_invoice(
  p_invoice uuid, p_returned bigint, p_paid bigint, p_kind bursar.transaction_kind, p_reason text, p_grace interval,
  p_read_at timestamptz
) returns bigint
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_invoice bursar.subscription_invoices;
  v_period bursar.subscription_periods;
  v_now timestamptz;
  v_target bigint;
  v_total bigint := 0;
begin
  assert p_kind in ('refund', 'dispute'), 'only refunds and disputes take credits back';
  select i.* into strict v_invoice from bursar.subscription_invoices i where i.id = p_invoice;
  v_now := bursar.lock_with_left_pools(array[v_invoice.wallet_id]);
  select i.* into strict v_invoice from bursar.subscription_invoices i where i.id = p_invoice;
  if bursar.is_closed(v_invoice.wallet_id) then
    perform bursar.review_closed_invoice(p_invoice,
      'Its refunds or disputes changed after its wallet had been closed; the credits are gone, compare the money with Stripe.')
    where exists (
      select from bursar.subscription_periods p
      where p.invoice_id = p_invoice and p.taken_back <> bursar.take_back_target(p.credits, p_paid, p_returned));
    perform bursar.note_returned(p_invoice, p_returned, p_read_at);
    return (select coalesce(sum(p.taken_back), 0)::bigint from bursar.subscription_periods p where p.invoice_id = p_invoice);
  end if;
  for v_period in
    select p.* from bursar.subscription_periods p where p.invoice_id = p_invoice order by p.id
  loop
    v_target := case when v_invoice.returned_read_at > p_read_at then v_period.taken_back
      else bursar.take_back_target(v_period.credits, p_paid, p_returned) end;
    if v_target > v_period.taken_back then
      perform bursar.take_back(v_period.id, v_period.wallet_id, v_period.transaction_id, v_target - v_period.taken_back,
        p_kind, p_reason, v_now);
    elsif v_target < v_period.taken_back then
      perform bursar.restore_taken(v_period.wallet_id, v_period.transaction_id, v_period.taken_back - v_target, p_reason,
        v_now, p_grace);
    end if;
    update bursar.subscription_periods p set taken_back = v_target where p.id = v_period.id and p.taken_back <> v_target;
    v_total := v_total + v_target;
  end loop;
  perform bursar.note_returned(p_invoice, p_returned, p_read_at);
  return v_total;
end $$;

-- Unless something newer was heard before.
create function bursar.note_returned(p_invoice uuid, p_returned bigint, p_read_at timestamptz) returns void
language sql as $$
  update bursar.subscription_invoices i set returned = p_returned, returned_read_at = p_read_at
  where i.id = p_invoice and not coalesce(i.returned_read_at > p_read_at, false)
$$;
