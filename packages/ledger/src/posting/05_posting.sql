-- Posting: the only writers of balances, transactions and movements beside the charge batch.

-- Credits left lots for one of the system's accounts (consumed, expired, refunded, disputed).
create function bursar.move_out(
  p_transaction uuid, p_wallet bigint, p_taken bursar.taken[], p_to bursar.account
) returns void
language sql as $$
  insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, from_lot, to_account)
  select p_transaction, bursar.next_position(p_transaction) + t.ord::integer - 1, t.amount, 'credits', p_wallet, t.lot_id, p_to
  from unnest(p_taken) with ordinality t (lot_id, kind, amount, ord)
$$;

create function bursar.next_position(p_transaction uuid) returns integer
language sql stable as $$
  select coalesce(max(m.position), 0) + 1 from bursar.movements m where m.transaction_id = p_transaction
$$;

-- What no lot covered: the wallet owes it.
create function bursar.move_debt(p_transaction uuid, p_wallet bigint, p_amount bigint, p_to bursar.account) returns void
language sql as $$
  insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, to_account)
  select p_transaction, bursar.next_position(p_transaction), p_amount, 'debt', p_wallet, p_to
  where p_amount > 0
$$;

create function bursar.open_lot(
  p_transaction uuid, p_wallet bigint, p_amount bigint, p_now timestamptz, p_terms bursar.lot_terms
) returns uuid
language plpgsql as $$
declare
  v_lot uuid := bursar.new_id();
begin
  insert into bursar.lots (
    id, wallet_id, kind, priority, amount, remaining, unit_cost, cost_currency, effective_at, expires_at, created_at,
    transaction_id, parent_lot, allocated_by, purchase_id
  ) values (
    v_lot, p_wallet, p_terms.kind, coalesce(p_terms.priority, 50), p_amount, p_amount, coalesce(p_terms.unit_cost, 0),
    p_terms.cost_currency, coalesce(p_terms.effective_at, p_now), coalesce(p_terms.expires_at, 'infinity'), p_now,
    p_transaction, p_terms.parent_lot, p_terms.allocated_by, p_terms.purchase_id
  );
  update bursar.wallets w
  set next_change_at = least(
    w.next_change_at,
    case when p_terms.effective_at > p_now then p_terms.effective_at else coalesce(p_terms.expires_at, 'infinity') end)
  where w.id = p_wallet;
  return v_lot;
end $$;

-- Credits arrive: what the wallet owes is paid first, the remainder becomes a lot. Credits that are not
-- effective yet pay nothing until they are. p_owed is what the wallet owes within this transaction so far.
create function bursar.move_in(
  p_transaction uuid, p_wallet bigint, p_amount bigint, p_owed bigint, p_now timestamptz, p_terms bursar.lot_terms,
  p_from bursar.account, p_from_wallet bigint default null, p_from_lot uuid default null,
  out settled bigint, out lot_id uuid
)
language plpgsql as $$
declare
  v_position integer := bursar.next_position(p_transaction);
begin
  settled := case when p_terms.effective_at > p_now then 0 else least(p_amount, p_owed) end;
  if settled > 0 then
    insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, from_lot, to_account, to_wallet)
    values (p_transaction, v_position, settled, p_from, p_from_wallet, p_from_lot, 'debt', p_wallet);
    v_position := v_position + 1;
  end if;
  if p_amount > settled then
    lot_id := bursar.open_lot(p_transaction, p_wallet, p_amount - settled, p_now, p_terms);
    insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, from_lot, to_account, to_wallet, to_lot)
    values (p_transaction, v_position, p_amount - settled, p_from, p_from_wallet, p_from_lot, 'credits', p_wallet, lot_id);
  end if;
end $$;

-- Writes the wallet's side of a transaction: its new balance, what it owes, and the row that says so.
-- Facts about the balance (low, owed) are told once until the wallet has recovered. p_prefer is the organization whose
-- lots were burned first, p_pricing what the amount was made from, p_hold the hold that a charge captures.
create function bursar.post(
  p_transaction uuid, p_wallet bigint, p_kind bursar.transaction_kind, p_credits bigint, p_owed bigint,
  p_now timestamptz, p_details bursar.details, p_prefer bigint default null, p_pricing bursar.pricing default null,
  p_hold uuid default null
) returns void
language plpgsql as $$
declare
  v_wallet bursar.wallets;
  v_low boolean;
begin
  select w.* into strict v_wallet from bursar.wallets w where w.id = p_wallet;
  v_low := bursar.is_low(v_wallet.credits, v_wallet.credits + p_credits, v_wallet.low_balance_at, v_wallet.low_balance_told);
  update bursar.wallets w
  set credits = w.credits + p_credits, owed = w.owed + p_owed, version = w.version + 1, low_balance_told = v_low
  where w.id = p_wallet;
  insert into bursar.transactions (
    wallet_id, version, id, kind, amount, balance_after, owed_after, counterparty, on_behalf_of, frozen_by, hold, operation,
    actor, product, description, message, reason, corrects, metadata, price, price_version,
    quantity, occurred_at, created_at
  ) values (
    p_wallet, v_wallet.version + 1, p_transaction, p_kind, p_credits - p_owed, v_wallet.credits + p_credits,
    v_wallet.owed + p_owed, p_details.counterparty, p_prefer, v_wallet.frozen_by, p_hold, p_details.operation,
    p_details.actor, p_details.product, p_details.description, p_details.message, p_details.reason, p_details.corrects,
    p_details.metadata, p_pricing.price, p_pricing.version, p_pricing.quantity, coalesce(p_details.occurred_at, p_now), p_now
  );
  if v_low and not v_wallet.low_balance_told then
    perform bursar.record_fact('balance-low', p_wallet, jsonb_build_object('balance', bursar.credits_text(v_wallet.credits + p_credits)));
  end if;
  if v_wallet.low_balance_told and not v_low then
    perform bursar.record_fact('balance-recovered', p_wallet, jsonb_build_object('balance', bursar.credits_text(v_wallet.credits + p_credits)));
  end if;
  if v_wallet.owed = 0 and p_owed > 0 then
    perform bursar.record_fact('balance-owed', p_wallet, jsonb_build_object('owed', bursar.credits_text(p_owed)));
  end if;
  if v_wallet.top_up_below is not null and p_credits < p_owed then
    perform bursar.request_top_ups(array[p_wallet], false);
  end if;
end $$;

-- Low is told when the balance falls below the mark, and may be told again once it was a fifth above it.
create function bursar.is_low(p_before bigint, p_after bigint, p_mark bigint, p_told boolean) returns boolean
language sql immutable parallel safe
return case
  when p_after < p_before and p_after < p_mark then true
  when p_after >= p_mark + p_mark / 5 then false
  else p_told
end;

-- A fact commits with its effect; the relay hands it on afterwards.
create function bursar.record_fact(p_kind text, p_wallet bigint, p_payload jsonb) returns void
language sql as $$
  insert into bursar.outbox (kind, subject_wallet, payload) values (p_kind, p_wallet, p_payload)
$$;
