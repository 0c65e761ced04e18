-- The wallet's row is the lock. Everybody takes the wallets they need first, in id order.

create function bursar.wallet_id(p_owner text) returns bigint
language sql stable as $$
  select w.id from bursar.wallets w where w.owner = p_owner
$$;

-- Locks, and returns the database's clock as it is after the lock was granted. A statement of its own, because
-- what follows must read what the previous holder wrote. FOR NO KEY UPDATE, so foreign keys do not block.
create function bursar.lock_wallets(p_wallets bigint[]) returns timestamptz
language plpgsql as $$
declare
  v_due boolean;
  v_now timestamptz;
begin
  select bool_or(l.next_change_at <= clock_timestamp()) into v_due
  from (
    select w.next_change_at
    from bursar.wallets w
    where w.id = any (p_wallets)
    order by w.id
    for no key update
  ) l;
  v_now := clock_timestamp();
  if v_due then
    perform bursar.bring_up_to_date(p_wallets, v_now);
  end if;
  return v_now;
end $$;

-- Posts what time alone has done to these locked wallets: lots that expired, credits that became available while
-- something was owed. Whoever touches a wallet does this first, so balances in its history are always true.
create function bursar.bring_up_to_date(p_wallets bigint[], p_now timestamptz) returns void
language plpgsql as $$
declare
  v_lot record;
  v_wallet bigint;
begin
  for v_lot in
    select l.id, l.kind, l.wallet_id, l.remaining - l.held as free
    from bursar.lots l
    where l.wallet_id = any (p_wallets) and not l.closed and l.expires_at <= p_now and l.remaining > l.held
    order by l.wallet_id, l.expires_at, l.id
  loop
    perform bursar.expire_lot(v_lot.id, v_lot.kind, v_lot.wallet_id, v_lot.free, p_now);
  end loop;
  for v_wallet in
    select w.id from bursar.wallets w where w.id = any (p_wallets) and w.owed > 0 order by w.id
  loop
    perform bursar.settle_from_available(v_wallet, p_now);
  end loop;
  update bursar.wallets w
  set next_change_at = coalesce((
    select min(case when l.effective_at > p_now then l.effective_at else l.expires_at end)
    from bursar.lots l
    where l.wallet_id = w.id and not l.closed and l.expires_at > p_now
  ), 'infinity')
  where w.id = any (p_wallets);
end $$;

create function bursar.expire_lot(
  p_lot uuid, p_kind bursar.lot_kind, p_wallet bigint, p_amount bigint, p_now timestamptz
) returns void
language plpgsql as $$
declare
  v_transaction uuid := bursar.new_id();
begin
  update bursar.lots l set remaining = l.held, closed = (l.held = 0) where l.id = p_lot;
  perform bursar.move_out(v_transaction, p_wallet, array[row(p_lot, p_kind, p_amount)::bursar.taken], 'expired');
  perform bursar.post(
    v_transaction, p_wallet, 'expiry', -p_amount, 0, p_now,
    row(null, 'system:expiry', null, null, null, null, null, null, null, null)::bursar.details);
end $$;

-- Credits that time, a hold or an organization set free settle what the wallet owes before they can be spent.
create function bursar.settle_from_available(p_wallet bigint, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_owed bigint;
  v_taken bursar.taken[];
  v_paid bigint;
  v_transaction uuid;
begin
  select w.owed into strict v_owed from bursar.wallets w where w.id = p_wallet;
  v_taken := bursar.take_lots(p_wallet, v_owed, p_now);
  v_paid := bursar.taken_total(v_taken);
  if v_paid = 0 then
    return;
  end if;
  v_transaction := bursar.new_id();
  insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, from_lot, to_account, to_wallet)
  select v_transaction, t.ord, t.amount, 'credits', p_wallet, t.lot_id, 'debt', p_wallet
  from unnest(v_taken) with ordinality t (lot_id, kind, amount, ord);
  perform bursar.post(
    v_transaction, p_wallet, 'adjustment', -v_paid, -v_paid, p_now,
    row(null, 'system:settlement', null, null, null, null, 'Available credits settled what was owed', null, null, null)::bursar.details);
end $$;
