-- Hands the next p_limit recipients their credits, out of what was set aside. Locks only the pool and these
-- recipients, so charges of everybody else go on. Returns `pending` until the last recipient is served.
create function bursar.continue_allocation(p_allocation uuid, p_limit integer) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
-- Its plans are made when the first recipients are served, and must be right for the last ones.
set enable_seqscan = off
as $$
declare
  v_allocation bursar.allocations;
  v_positions integer[];
  v_wallets bigint[];
  v_now timestamptz;
begin
  select a.* into strict v_allocation from bursar.allocations a where a.id = p_allocation;
  select array_agg(n.position), array_agg(n.wallet_id) into v_positions, v_wallets
  from (
    select p.position, p.wallet_id
    from bursar.allocation_parts p
    where p.allocation_id = p_allocation and p.transaction_id is null
    order by p.position limit p_limit
  ) n;
  v_now := bursar.lock_wallets(array_append(coalesce(v_wallets, '{}'), v_allocation.wallet_id));
  return bursar.serve_parts(p_allocation, v_positions, v_now);
end $$;

-- Serves these recipients unless somebody else did meanwhile. They and the pool are locked.
create function bursar.serve_parts(p_allocation uuid, p_positions integer[], p_now timestamptz) returns bursar.outcome
language plpgsql as $$
declare
  v_allocation bursar.allocations;
  v_gifts bursar.gift[];
  v_details bursar.details;
begin
  select a.* into strict v_allocation from bursar.allocations a where a.id = p_allocation;
  v_gifts := bursar.cut_slices(v_allocation, p_positions);
  v_details := row(v_allocation.operation, v_allocation.actor, null, null, null, null, v_allocation.reason, null, null, null)::bursar.details;
  perform bursar.give_set(v_gifts, p_now, 'allocation', v_details);
  perform bursar.tell_receivers(v_gifts, 'allocation', v_details);
  update bursar.allocation_parts p set transaction_id = g.transaction_id
  from (select distinct g.number, g.transaction_id from unnest(v_gifts) g) g
  where p.allocation_id = p_allocation and p.position = g.number;
  return bursar.advance_allocation(
    v_allocation, v_allocation.done + (select count(distinct g.number)::integer from unnest(v_gifts) g), p_now);
end $$;

-- Cuts what was set aside into the parts of the next recipients, in order, and takes it out of its lots.
create function bursar.cut_slices(p_allocation bursar.allocations, p_positions integer[]) returns bursar.gift[]
language plpgsql as $$
declare
  v_gifts bursar.gift[];
begin
  with part as materialized (
    select p.position, p.wallet_id, bursar.new_id() as transaction_id,
      sum(coalesce(p.amount, p_allocation.amount_per_recipient)) over (order by p.position rows unbounded preceding) as upto,
      coalesce(p.amount, p_allocation.amount_per_recipient) as amount
    from bursar.allocation_parts p
    where p.allocation_id = p_allocation.id and p.transaction_id is null and p.position = any (p_positions)
  ), slice as materialized (
    select s.position, s.lot_id, s.pinned, sum(s.pinned) over (order by s.position rows unbounded preceding) as upto
    from bursar.slices s
    where s.holder = p_allocation.id and s.pinned > 0
  ), cut as (
    select p.position as number, p.transaction_id, p.wallet_id, s.position as slice, s.lot_id,
      (least(p.upto, s.upto) - greatest(p.upto - p.amount, s.upto - s.pinned))::bigint as amount
    from part p
    join slice s on s.upto > p.upto - p.amount and s.upto - s.pinned < p.upto
  )
  select array_agg(row(c.number, c.transaction_id, p_allocation.wallet_id, c.wallet_id, c.lot_id, c.amount)::bursar.gift
    order by c.number, c.slice) into v_gifts
  from cut c;
  perform bursar.take_slices(p_allocation.id, p_allocation.wallet_id, (select sum(g.amount)::bigint from unnest(v_gifts) g))
  where v_gifts is not null;
  return coalesce(v_gifts, '{}');
end $$;

-- Serves one recipient of everything this pool is still handing out. Both are locked.
create function bursar.serve_waiting_parts(p_pool bigint, p_wallet bigint, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_waiting record;
begin
  for v_waiting in
    select a.id, array_agg(p.position) as positions
    from bursar.allocations a
    join bursar.allocation_parts p on p.allocation_id = a.id and p.transaction_id is null and p.wallet_id = p_wallet
    where a.wallet_id = p_pool and a.status = 'running'
    group by a.id, a.created_at
    order by a.created_at, a.id
  loop
    perform bursar.serve_parts(v_waiting.id, v_waiting.positions, p_now);
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
  perform bursar.record_fact('allocation-completed', p_allocation.wallet_id, jsonb_strip_nulls(
    bursar.allocation_summary(p_allocation) || jsonb_build_object('reason', p_allocation.reason)))
  where p_allocation.status = 'running';
  v_head.key := p_allocation.operation;
  return bursar.succeed(v_head, p_now, null, jsonb_build_object('allocation', bursar.allocation_summary(p_allocation)));
end $$;

-- Of what was allocated to how many; with individual amounts there is no amount per recipient.
create function bursar.allocation_summary(p_allocation bursar.allocations) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('alc', p_allocation.id),
    'recipients', p_allocation.recipients,
    'amount_per_recipient', bursar.credits_text(p_allocation.amount_per_recipient),
    'total', bursar.credits_text(bursar.allocation_total(p_allocation)))
$$;

create function bursar.allocation_total(p_allocation bursar.allocations) returns bigint
language sql immutable
return coalesce(p_allocation.total, p_allocation.amount_per_recipient * p_allocation.recipients);
