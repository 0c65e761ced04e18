-- What a rule would have done at the beginning of each of the last periods, this one included: the same need, age and
-- share, from balances as history has them. Nothing moves. However many members there are, each step reads the history
-- of some of them and of the simulated time only, in one bounded statement.

-- Returns `pending` with the simulation's id as result.
create function bursar.start_simulation(
  p_head bursar.operation_head, p_organization text, p_kind bursar.rule_kind, p_every bursar.rule_cycle, p_amount bigint,
  p_share_percent integer, p_idle_days integer, p_periods integer
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id(p_organization);
  v_step interval := ('1 ' || p_every)::interval;
  v_this date := bursar.period_of(p_every, clock_timestamp());
begin
  if not bursar.claim_operation(p_head) then
    return bursar.unfinished_outcome(p_head);
  end if;
  if v_pool is null then
    return bursar.reject(p_head, bursar.wallet_missing(p_organization));
  end if;
  insert into bursar.rule_simulations (
    operation, wallet_id, kind, amount, share_percent, idle_days, bounds, ends_at, outcomes, members, amounts, total
  )
  select p_head.key, v_pool, p_kind, p_amount, p_share_percent, p_idle_days,
    array_agg((v_this - (p_periods - n) * v_step)::timestamp at time zone 'UTC' order by n),
    (v_this + v_step)::timestamp at time zone 'UTC',
    array_agg(case p_kind when 'cap' then 'refuse' else 'move' end), array_agg(0), array_agg(0),
    case p_kind when 'cap' then p_periods else (
      select count(*) from bursar.memberships m where m.organization_id = substr(p_organization, 5)
    ) end
  from generate_series(1, p_periods) n;
  update bursar.operations o
  set progress = (select jsonb_build_object('done', s.done, 'total', s.total) from bursar.rule_simulations s where s.operation = o.key)
  where o.key = p_head.key;
  return row('pending', jsonb_build_object('simulation', p_head.key), null)::bursar.outcome;
end $$;

-- The next step; returns `pending` until the last one.
create function bursar.continue_simulation(p_operation uuid, p_limit integer) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_simulation bursar.rule_simulations;
  v_heavy text;
  v_head bursar.operation_head;
begin
  select s.* into v_simulation from bursar.rule_simulations s where s.operation = p_operation for update;
  if v_simulation.operation is null then
    -- A second worker finished it.
    return (select row('replayed', o.result, o.error)::bursar.outcome from bursar.operations o where o.key = p_operation);
  end if;
  v_head.key := p_operation;
  if v_simulation.kind = 'cap' then
    v_simulation := bursar.play_gifts(v_simulation, p_limit * 20);
  elsif not v_simulation.gathered then
    v_heavy := bursar.too_busy_for_simulation(v_simulation, p_limit);
    if v_heavy is not null then
      delete from bursar.rule_simulations s where s.operation = p_operation;
      return bursar.reject(v_head, bursar.refusal('invalid_request', format(
        '%s has more than %s transactions in the time to simulate, which is all that one step can read; nothing was changed. Simulate fewer periods.',
        v_heavy, bursar.simulated_transactions_limit()), null, null, array[v_heavy]));
    end if;
    v_simulation := bursar.gather_members(v_simulation, p_limit);
  else
    v_simulation := bursar.play_refill(v_simulation);
  end if;
  if v_simulation.period > cardinality(v_simulation.bounds) then
    delete from bursar.rule_simulations s where s.operation = p_operation;
    return bursar.succeed(v_head, clock_timestamp(), null, jsonb_build_object('simulation', bursar.simulation_summary(v_simulation)));
  end if;
  update bursar.rule_simulations s
  set outcomes = v_simulation.outcomes, members = v_simulation.members, amounts = v_simulation.amounts,
    period = v_simulation.period, after_user = v_simulation.after_user, after_version = v_simulation.after_version,
    gathered = v_simulation.gathered, done = v_simulation.done, stepped_at = clock_timestamp()
  where s.operation = p_operation;
  update bursar.operations o
  set progress = jsonb_build_object('done', v_simulation.done, 'total', v_simulation.total)
  where o.key = p_operation;
  perform pg_notify('bursar_operations', '');
  return row('pending', jsonb_build_object('simulation', p_operation), null)::bursar.outcome;
end $$;

create function bursar.simulation_summary(p_simulation bursar.rule_simulations) returns jsonb
language sql stable as $$
  select jsonb_build_object('kind', p_simulation.kind, 'periods', jsonb_agg(jsonb_build_object(
    'period', (p_simulation.bounds[n] at time zone 'UTC')::date, 'outcome', p_simulation.outcomes[n],
    'members', p_simulation.members[n], 'amount', bursar.credits_text(p_simulation.amounts[n])) order by n))
  from generate_series(1, cardinality(p_simulation.bounds)) n
$$;

-- One period of a refill. What the members would have had more carries over from period to period, less what they
-- really paid out of other credits or owed in between: they would have spent it on that.
create function bursar.play_refill(p_simulation bursar.rule_simulations) returns bursar.rule_simulations
language plpgsql as $$
declare
  v_at integer := p_simulation.period;
  v_members integer;
  v_total numeric;
  v_moved numeric := (
    select coalesce(sum(p_simulation.amounts[n]), 0) from generate_series(1, v_at - 1) n where p_simulation.outcomes[n] = 'move');
  v_moves boolean;
begin
  select count(*), coalesce(sum(n.need), 0) into v_members, v_total
  from (
    select bursar.refill_need(p_simulation.amount, m.unspent[v_at] + m.carry) as need
    from bursar.simulated_members m
    where m.operation = p_simulation.operation and m.first_period <= v_at
  ) n
  where n.need > 0;
  p_simulation.members[v_at] := v_members;
  v_moves := v_total <= bursar.balance_at(p_simulation.wallet_id, p_simulation.bounds[v_at]) - v_moved;
  p_simulation.outcomes[v_at] := case when v_moves then 'move' else 'wait' end;
  p_simulation.amounts[v_at] := least(v_total, bursar.balance_limit());
  update bursar.simulated_members m
  set carry = greatest(m.carry + n.need - m.spent[v_at], 0)
  from (
    select x.wallet_id, case when v_moves and x.first_period <= v_at
      then bursar.refill_need(p_simulation.amount, x.unspent[v_at] + x.carry) else 0 end as need
    from bursar.simulated_members x
    where x.operation = p_simulation.operation
  ) n
  where m.operation = p_simulation.operation and m.wallet_id = n.wallet_id and (m.carry > 0 or n.need > 0);
  p_simulation.period := v_at + 1;
  return p_simulation;
end $$;

-- The balance that a wallet had at a moment, by halving its history.
create function bursar.balance_at(p_wallet bigint, p_at timestamptz) returns bigint
language plpgsql stable as $$
declare
  v_low bigint := 1;
  v_high bigint := (select w.version + 1 from bursar.wallets w where w.id = p_wallet);
  v_middle bigint;
  v_at timestamptz;
begin
  while v_low < v_high loop
    v_middle := (v_low + v_high) / 2;
    select t.created_at into v_at from bursar.transaction_history t where t.wallet_id = p_wallet and t.version = v_middle;
    -- A month that an operator dropped is older than all that is left.
    if v_at is null or v_at < p_at then
      v_low := v_middle + 1;
    else
      v_high := v_middle;
    end if;
  end loop;
  return coalesce((
    select t.balance_after from bursar.transaction_history t where t.wallet_id = p_wallet and t.version = v_low - 1
  ), 0);
end $$;

-- Drops what finished simulations knew of members, so many rows at most; returns how many.
create function bursar.forget_simulated(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_count integer;
begin
  delete from bursar.simulated_members m
  where (m.operation, m.wallet_id) in (
    select x.operation, x.wallet_id from bursar.simulated_members x
    where not exists (select from bursar.rule_simulations s where s.operation = x.operation)
    limit p_limit
  );
  get diagnostics v_count = row_count;
  return v_count;
end $$;
