-- Burns what was set aside, in order, each capture in a transaction of its own. What goes beyond the hold is an ordinary
-- charge in the same transaction, except that the hold may take it past the wallet's limit as far as it declared.
create function bursar.capture_hold(p_command bursar.hold_command, p_now timestamptz) returns bursar.hold_outcome
language plpgsql as $$
declare
  v_found record := bursar.open_hold(p_command.hold, p_now);
  v_hold bursar.holds := v_found.hold;
  v_pinned bigint;
  v_amount bigint;
  v_charge record;
begin
  if v_found.error is not null then
    return row(v_found.error, null, null)::bursar.hold_outcome;
  end if;
  v_pinned := greatest(v_hold.amount - v_hold.captured, 0);
  v_amount := coalesce(p_command.amount, v_pinned);
  if p_command.within and v_amount > v_pinned then
    return row(bursar.refuse_beyond(v_amount, v_pinned), null, null)::bursar.hold_outcome;
  end if;
  v_charge := bursar.charge_hold(p_command, v_hold, least(v_amount, v_pinned), greatest(v_amount - v_pinned, 0), p_now);
  if v_charge.error is not null then
    return row(v_charge.error, null, null)::bursar.hold_outcome;
  end if;
  update bursar.holds h
  set captured = h.captured + v_amount, overdraft_used = h.overdraft_used + v_charge.beyond
  where h.id = v_hold.id
  returning * into v_hold;
  if p_command.final then
    v_hold.status := case when v_hold.captured > 0 then 'captured' else 'released' end;
    perform bursar.end_holds(array[v_hold.id], v_hold.status, p_now);
  end if;
  return row(null, jsonb_build_object('hold', bursar.hold_summary(v_hold), 'charge',
    bursar.charge_summary(v_charge.transaction_id)), v_charge.transaction_id)::bursar.hold_outcome;
end $$;

-- One transaction for everything: slices first, then the excess in burn order, then debt. Debt within the wallet's limit
-- is what any charge may make; `beyond` is the rest, which counts against what the hold declared. Nothing at all for 0.
create function bursar.charge_hold(
  p_command bursar.hold_command, p_hold bursar.holds, p_pinned bigint, p_excess bigint, p_now timestamptz,
  out error jsonb, out transaction_id uuid, out beyond bigint
)
language plpgsql as $$
declare
  v_available bigint := case when p_excess > 0 then bursar.available_credits(p_hold.wallet_id, p_now) else 0 end;
  v_covered bigint := least(p_excess, v_available);
  v_debt bigint := p_excess - v_covered;
  v_room bigint;
  v_left bigint;
  v_taken bursar.taken[];
begin
  select greatest(coalesce(w.overdraft_limit, bursar.default_overdraft_limit()) - w.owed, 0),
    least(p_hold.overdraft - p_hold.overdraft_used, bursar.debt_limit() - greatest(w.owed, coalesce(w.overdraft_limit, bursar.default_overdraft_limit())))
  into strict v_room, v_left
  from bursar.wallets w
  where w.id = p_hold.wallet_id;
  beyond := greatest(v_debt - v_room, 0);
  if beyond > greatest(v_left, 0) then
    error := bursar.insufficient(p_pinned + p_excess, p_pinned + v_available + v_room + greatest(v_left, 0));
    return;
  end if;
  if p_pinned + p_excess = 0 then
    return;
  end if;
  transaction_id := bursar.new_id();
  v_taken := bursar.take_slices(p_hold.id, p_hold.wallet_id, p_pinned);
  if p_excess > 0 then
    v_taken := v_taken || bursar.take_lots(p_hold.wallet_id, v_covered, p_now, null, p_hold.on_behalf_of);
  end if;
  perform bursar.move_out(transaction_id, p_hold.wallet_id, bursar.joined_parts(v_taken), 'consumed');
  if p_excess > 0 then
    perform bursar.move_debt(transaction_id, p_hold.wallet_id, v_debt, 'consumed');
  end if;
  perform bursar.post(transaction_id, p_hold.wallet_id, 'charge', -p_pinned - v_covered, v_debt, p_now,
    row(p_command.key, p_command.actor, null, p_hold.product, null, null, null, null, null, null)::bursar.details,
    p_hold.on_behalf_of, p_command.pricing, p_hold.id);
  perform bursar.capture_in_budgets(p_hold.id, transaction_id, p_pinned, p_pinned + p_excess);
end $$;

-- What follows from the same lot in the same breath is one part: a charge lists no lot twice in a row, whether it was set
-- aside at once, by an extension, or goes beyond the hold.
create function bursar.joined_parts(p_taken bursar.taken[]) returns bursar.taken[]
language sql immutable as $$
  with part as (
    select t.lot_id, t.kind, t.amount, t.ord, t.ord - row_number() over (partition by t.lot_id order by t.ord) as run
    from unnest(p_taken) with ordinality t (lot_id, kind, amount, ord)
  ), joined as (
    select p.lot_id, p.kind, sum(p.amount)::bigint as amount, min(p.ord) as ord from part p group by p.lot_id, p.kind, p.run
  )
  select coalesce(array_agg(row(j.lot_id, j.kind, j.amount)::bursar.taken order by j.ord), '{}') from joined j
$$;

-- Decided here, under the wallet's lock, because of two captures at once each may look as if there were enough.
create function bursar.refuse_beyond(p_amount bigint, p_pinned bigint) returns jsonb
language sql immutable
return bursar.refusal('forbidden',
  format('%s credits were to be captured and the hold has %s left; no credits moved. Capture no more than that, or use a key with the scope charges:write.',
    bursar.credits_text(p_amount), bursar.credits_text(p_pinned)),
  p_amount, p_pinned);
