-- Hands the next p_limit recipients their credits, out of what was set aside. Locks only the pool and these
-- recipients, so charges of everybody else go on. Returns `pending` until the last recipient is served.
create function bursar.continue_allocation(p_allocation uuid, p_limit integer) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_allocation bursar.allocations;
  v_wallets bigint[];
  v_now timestamptz;
begin
  select a.* into strict v_allocation from bursar.allocations a where a.id = p_allocation;
  select array_agg(n.wallet_id) into v_wallets
  from (
    select p.wallet_id
    from bursar.allocation_parts p
    where p.allocation_id = p_allocation and p.transaction_id is null
    order by p.position limit p_limit
  ) n;
  v_now := bursar.lock_wallets(array_append(coalesce(v_wallets, '{}'), v_allocation.wallet_id));
  return bursar.serve_parts(p_allocation, v_wallets, v_now);
end $$;

-- Serves these recipients unless somebody else did meanwhile. They and the pool are locked.
create function bursar.serve_parts(p_allocation uuid, p_wallets bigint[], p_now timestamptz) returns bursar.outcome
language plpgsql as $$
declare
  v_allocation bursar.allocations;
  v_part record;
  v_transaction uuid;
  v_served integer := 0;
begin
  select a.* into strict v_allocation from bursar.allocations a where a.id = p_allocation;
  for v_part in
    select p.position, p.wallet_id
    from bursar.allocation_parts p
    where p.allocation_id = p_allocation and p.transaction_id is null and p.wallet_id = any (p_wallets)
    order by p.position
  loop
    v_transaction := bursar.new_id();
    perform bursar.give_credits(
      v_transaction, v_allocation.wallet_id, v_part.wallet_id,
      bursar.take_slices(p_allocation, v_allocation.wallet_id, v_allocation.amount_per_recipient), p_now, 'allocation',
      row(v_allocation.operation, v_allocation.actor, null, null, null, null, v_allocation.reason, null, null, null)::bursar.details);
    update bursar.allocation_parts p set transaction_id = v_transaction
    where p.allocation_id = p_allocation and p.position = v_part.position;
    v_served := v_served + 1;
  end loop;
  return bursar.advance_allocation(v_allocation, v_allocation.done + v_served, p_now);
end $$;

-- Serves one recipient of everything this pool is still handing out. Both are locked.
create function bursar.serve_waiting_parts(p_pool bigint, p_wallet bigint, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_allocation uuid;
begin
  for v_allocation in
    select a.id
    from bursar.allocations a
    where a.wallet_id = p_pool and a.status = 'running' and exists (
      select from bursar.allocation_parts p
      where p.allocation_id = a.id and p.wallet_id = p_wallet and p.transaction_id is null)
    order by a.created_at, a.id
  loop
    perform bursar.serve_parts(v_allocation, array[p_wallet], p_now);
  end loop;
end $$;

create function bursar.advance_allocation(p_allocation bursar.allocations, p_done integer, p_now timestamptz) returns bursar.outcome
language plpgsql as $$
declare
  v_finished boolean := p_done = p_allocation.recipients;
  v_head bursar.operation_head;
begin
  update bursar.allocations a
  set done = p_done, status = case when v_finished then 'completed' else 'running' end::bursar.allocation_status,
    completed_at = case when v_finished then coalesce(a.completed_at, p_now) end
  where a.id = p_allocation.id;
  update bursar.operations o
  set progress = jsonb_build_object('done', p_done, 'total', p_allocation.recipients)
  where o.key = p_allocation.operation;
  if not v_finished then
    perform pg_notify('bursar_operations', '');
    return row('pending', jsonb_build_object('allocation', p_allocation.id), null)::bursar.outcome;
  end if;
  v_head.key := p_allocation.operation;
  return bursar.succeed(v_head, p_now, null, jsonb_build_object('allocation', jsonb_build_object(
    'id', bursar.public_id('alc', p_allocation.id),
    'recipients', p_allocation.recipients,
    'amount_per_recipient', bursar.credits_text(p_allocation.amount_per_recipient),
    'total', bursar.credits_text(p_allocation.amount_per_recipient * p_allocation.recipients))));
end $$;
