-- Gives back what a charge took: debt first, then the lots in reverse order of burning. Credits whose lot has
-- expired meanwhile live on in a grace lot; without grace they lapse at once.
create function bursar.apply_reversal(
  p_head bursar.operation_head, p_charge uuid, p_amount bigint, p_reason text, p_grace interval
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_charge bursar.transactions;
  v_now timestamptz;
  v_transaction uuid := bursar.new_id();
  v_left bigint;
  v_reversed bigint;
  v_error jsonb;
begin
  select t.* into v_charge from bursar.transaction_history t where t.id = p_charge and t.kind = 'charge';
  v_now := bursar.lock_with_left_pools(array[v_charge.wallet_id]);
  if bursar.lock_budgets_of(array[p_charge]) then
    v_now := bursar.lock_with_left_pools(array[v_charge.wallet_id]);
  end if;
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  if v_charge.id is null then
    return bursar.reject(p_head, bursar.refusal('not_found', 'There is no such charge; no credits moved.'));
  end if;
  v_error := bursar.refuse_closed(array[v_charge.wallet_id]);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  -- Also what was given back in a month that is detached by now.
  select coalesce(sum(t.amount), 0)::bigint into v_reversed
  from bursar.transaction_history t
  where t.corrects = p_charge and t.kind = 'reversal' and t.id > p_charge;
  v_left := -v_charge.amount - v_reversed;
  if v_left = 0 or p_amount > v_left then
    return bursar.reject(p_head, bursar.refusal('reversal_exceeds_charge',
      format('%s credits can still be given back; no credits moved.', bursar.credits_text(v_left)), p_amount, v_left));
  end if;
  perform bursar.unwind(
    v_transaction, v_charge.wallet_id, p_charge, v_reversed, coalesce(p_amount, v_left), v_now, p_grace, 'reversal',
    row(p_head.key, p_head.actor, null, v_charge.product, null, null, p_reason, p_charge, null, null)::bursar.details);
  perform bursar.adjust_budgets(p_charge, -coalesce(p_amount, v_left), 0);
  return bursar.succeed(p_head, v_now, v_transaction, jsonb_build_object(
    'transaction', bursar.public_id('txn', v_transaction), 'amount', bursar.credits_text(coalesce(p_amount, v_left))));
end $$;

-- Undoes p_amount of a transaction's movements, last one first, after the p_skip that were undone before.
-- The credits come back from the account they went to; what the wallet owes now is paid first. The wallet is locked with
-- the pools to which credits of a removed member then return.
create function bursar.unwind(
  p_transaction uuid, p_wallet bigint, p_original uuid, p_skip bigint, p_amount bigint, p_now timestamptz,
  p_grace interval, p_kind bursar.transaction_kind, p_details bursar.details
) returns void
language plpgsql as $$
declare
  v_part record;
  v_owed bigint;
  v_settled bigint := 0;
  v_pay bigint;
begin
  select w.owed into strict v_owed from bursar.wallets w where w.id = p_wallet;
  for v_part in
    with undone as (
      select m.position, m.from_lot, m.to_account, m.amount,
        sum(m.amount) over (order by m.position desc rows unbounded preceding)::bigint as upto
      from bursar.movement_history m
      where m.transaction_id = p_original
    )
    select u.from_lot, u.to_account,
      least(u.upto, p_skip + p_amount) - greatest(u.upto - u.amount, p_skip) as amount
    from undone u
    where u.upto > p_skip and u.upto - u.amount < p_skip + p_amount
    order by u.position desc
  loop
    v_pay := least(v_part.amount, v_owed - v_settled);
    if v_pay > 0 then
      insert into bursar.movements (transaction_id, position, amount, from_account, to_account, to_wallet)
      values (p_transaction, bursar.next_position(p_transaction), v_pay, v_part.to_account, 'debt', p_wallet);
      v_settled := v_settled + v_pay;
    end if;
    if v_part.amount > v_pay then
      perform bursar.give_back(p_transaction, p_wallet, v_part.from_lot, v_part.to_account, v_part.amount - v_pay, p_now, p_grace);
    end if;
  end loop;
  perform bursar.post(p_transaction, p_wallet, p_kind, p_amount - v_settled, -v_settled, p_now, p_details);
  perform bursar.return_to_left_pools(p_wallet, p_now);
  perform bursar.bring_up_to_date(array[p_wallet], p_now);
end $$;

-- Credits return to the lot they came from. If it has expired they get a lot that lives through the grace, once: credits
-- that had theirs lapse again, or reversals could keep them alive for ever. If they once were debt that has been paid since, no lot remembers them and they get one of their own.
create function bursar.give_back(
  p_transaction uuid, p_wallet bigint, p_lot uuid, p_from bursar.account, p_amount bigint, p_now timestamptz, p_grace interval
) returns void
language plpgsql as $$
declare
  v_lot bursar.lots;
  v_target uuid := p_lot;
begin
  select l.* into v_lot from bursar.lots l where l.id = p_lot;
  if v_lot.id is null then
    v_target := bursar.open_lot(p_transaction, p_wallet, p_amount, p_now,
      row('adjustment', 50, 0, null, p_now, null, null, null, null)::bursar.lot_terms);
  elsif v_lot.expires_at <= p_now and p_grace > interval '0' and not bursar.had_grace(p_lot) then
    v_target := bursar.open_lot(p_transaction, p_wallet, p_amount, p_now,
      row(v_lot.kind, v_lot.priority, v_lot.unit_cost, v_lot.cost_currency, p_now, p_now + p_grace, p_lot,
        v_lot.allocated_by, v_lot.purchase_id)::bursar.lot_terms);
  else
    update bursar.lots l set remaining = l.remaining + p_amount, closed = false where l.id = p_lot;
  end if;
  insert into bursar.movements (transaction_id, position, amount, from_account, to_account, to_wallet, to_lot)
  values (p_transaction, bursar.next_position(p_transaction), p_amount, p_from, 'credits', p_wallet, v_target);
end $$;

-- Whether a lot, or one that its credits came from in whichever wallet, lives through a grace: it was opened by giving
-- something back and descends from another lot.
create function bursar.had_grace(p_lot uuid) returns boolean
language sql stable set enable_seqscan = off as $$
  with recursive line as (
    select l.id, l.wallet_id, l.transaction_id, l.parent_lot from bursar.lots l where l.id = p_lot
    union all
    select l.id, l.wallet_id, l.transaction_id, l.parent_lot
    from line
    join bursar.lots l on l.id = line.parent_lot
  )
  select exists (
    select from line
    join bursar.transaction_history t on t.id = line.transaction_id and t.wallet_id = line.wallet_id
    where line.parent_lot is not null and t.kind in ('reversal', 'refund', 'dispute')
  )
$$;
