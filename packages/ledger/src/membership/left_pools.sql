-- Nobody keeps free credits of an organization that removed them: whatever sets such credits free later (a hold that ends,
-- a reversal, credits that a refund had taken) is followed by their return to the pool, in the same database transaction.
-- A pool that was deleted takes nothing back: what it had handed out stays where it is.

-- The pools of the organizations that removed the owners of these wallets.
create function bursar.left_pools(p_wallets bigint[]) returns setof bigint
language sql stable as $$
  select distinct pool.id
  from bursar.wallets w
  join bursar.memberships m on m.user_id = substr(w.owner, 6) and m.status = 'removed'
  join bursar.wallets pool on pool.owner = 'org:' || m.organization_id and pool.closed_at is null
  where w.id = any (p_wallets) and w.owner like 'user:%'
$$;

-- Locks wallets together with the pools to which credits may return, so that no order can deadlock. Removal takes the
-- person's lock too, so what is read under the locks stays; who was removed just before them is tried again.
create function bursar.lock_with_left_pools(p_wallets bigint[]) returns timestamptz
language plpgsql as $$
declare
  v_all bigint[] := p_wallets || array(select bursar.left_pools(p_wallets));
  v_now timestamptz := bursar.lock_wallets(v_all);
begin
  if exists (select from bursar.left_pools(p_wallets) p where p <> all (v_all)) then
    raise exception 'a member was removed meanwhile; try again' using errcode = 'serialization_failure';
  end if;
  return v_now;
end $$;

-- Sends back what is free of the credits that organizations had handed out which have removed this wallet's owner.
-- The wallet and these pools are locked.
create function bursar.return_to_left_pools(p_wallet bigint, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_pool bigint;
begin
  for v_pool in select p from bursar.left_pools(array[p_wallet]) p order by p loop
    perform bursar.return_allocated(bursar.new_id(), p_wallet, v_pool, p_now,
      row(null, 'system:return', null, null, null, null, 'Credits of a removed member were set free', null, null, null)::bursar.details);
  end loop;
end $$;

-- Moves the free part of what p_pool had allocated back to it.
create function bursar.return_allocated(
  p_transaction uuid, p_wallet bigint, p_pool bigint, p_now timestamptz, p_details bursar.details
) returns bigint
language plpgsql as $$
declare
  v_taken bursar.taken[];
begin
  select array_agg(row(l.id, l.kind, l.remaining - l.held)::bursar.taken
    order by l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id) into v_taken
  from bursar.lots l
  where l.wallet_id = p_wallet and l.allocated_by = p_pool and not l.closed and l.remaining > l.held
    and l.expires_at > p_now;
  if v_taken is null then
    return 0;
  end if;
  update bursar.lots l
  set remaining = l.remaining - t.amount, closed = (l.remaining = t.amount)
  from unnest(v_taken) t
  where l.id = t.lot_id;
  perform bursar.give_credits(p_transaction, p_wallet, p_pool, v_taken, p_now, 'return', p_details);
  return bursar.taken_total(v_taken);
end $$;
