-- Hands credits that were taken out of one wallet's lots to another wallet, and posts both sides.
-- Each part keeps its expiry and cost basis. What goes back to the organization that had handed it out
-- becomes again what it was there; everything else arrives as `allocated`.
create function bursar.give_credits(
  p_transaction uuid, p_from bigint, p_to bigint, p_taken bursar.taken[], p_now timestamptz,
  p_kind bursar.transaction_kind, p_details bursar.details
) returns void
language plpgsql as $$
declare
  v_total bigint := bursar.taken_total(p_taken);
  v_owed bigint;
  v_settled bigint := 0;
  v_from_owner text;
  v_part bursar.taken;
  v_in record;
begin
  select w.owed into strict v_owed from bursar.wallets w where w.id = p_to;
  select w.owner into strict v_from_owner from bursar.wallets w where w.id = p_from;
  foreach v_part in array p_taken loop
    v_in := bursar.move_in(
      p_transaction, p_to, v_part.amount, v_owed - v_settled, p_now,
      bursar.terms_on_arrival(v_part.lot_id, p_to, case when v_from_owner like 'org:%' then p_from end),
      'credits', p_from, v_part.lot_id);
    v_settled := v_settled + v_in.settled;
  end loop;
  p_details.counterparty := p_to;
  perform bursar.post(p_transaction, p_from, p_kind, -v_total, 0, p_now, p_details);
  p_details.counterparty := p_from;
  perform bursar.post(p_transaction, p_to, p_kind, v_total - v_settled, -v_settled, p_now, p_details);
  perform bursar.record_fact('credits-received', p_to, jsonb_strip_nulls(jsonb_build_object(
    'kind', p_kind, 'amount', bursar.credits_text(v_total), 'settled', bursar.credits_text(v_settled),
    'from', v_from_owner, 'message', coalesce(p_details.message, p_details.reason),
    'cause', (select o.type from bursar.operations o where o.key = p_details.operation),
    'transaction', bursar.public_id('txn', p_transaction))));
end $$;

-- The terms under which a part of a lot arrives in another wallet.
create function bursar.terms_on_arrival(p_lot uuid, p_to bigint, p_allocated_by bigint) returns bursar.lot_terms
-- One lot of many: never the whole table, whatever its size was when this was planned.
language plpgsql stable set enable_seqscan = off as $$
declare
  v_lot bursar.lots;
  v_origin bursar.lots;
begin
  select l.* into strict v_lot from bursar.lots l where l.id = p_lot;
  if v_lot.allocated_by is distinct from p_to then
    return row('allocated', v_lot.priority, v_lot.unit_cost, v_lot.cost_currency, v_lot.effective_at, v_lot.expires_at,
      v_lot.id, p_allocated_by, null)::bursar.lot_terms;
  end if;
  select l.* into strict v_origin from bursar.lots l where l.id = (select bursar.origin_in(p_to, p_lot));
  return row(v_origin.kind, v_origin.priority, v_lot.unit_cost, v_lot.cost_currency, v_lot.effective_at, v_lot.expires_at,
    v_lot.id, v_origin.allocated_by, v_origin.purchase_id)::bursar.lot_terms;
end $$;

-- The nearest lot of a wallet from which another descends. Not always the parent: a grace lot descends from
-- another lot of its own wallet.
create function bursar.origin_in(p_wallet bigint, p_lot uuid) returns uuid
language sql stable set enable_seqscan = off as $$
  with recursive line as (
    select l.id, l.parent_lot, l.wallet_id, 0 as step from bursar.lots l where l.id = p_lot
    union all
    select l.id, l.parent_lot, l.wallet_id, line.step + 1
    from line
    join bursar.lots l on l.id = line.parent_lot
    where line.wallet_id <> p_wallet
  )
  select line.id from line where line.wallet_id = p_wallet order by line.step limit 1
$$;
