-- Plays the pool's next gifts, in their order, as a cap would have met them; what it refuses does not count as received.
-- The gifts of one member are independent of the others', so only sums are kept of each.
create function bursar.play_gifts(p_simulation bursar.rule_simulations, p_limit integer) returns bursar.rule_simulations
language plpgsql as $$
declare
  v_at integer := p_simulation.period;
  v_last constant integer := cardinality(p_simulation.bounds);
  v_ends timestamptz := case when v_at < v_last then p_simulation.bounds[v_at + 1] else p_simulation.ends_at end;
  v_gift record;
  v_member bursar.simulated_members;
  v_seen integer := 0;
  v_version bigint := p_simulation.after_version;
  v_changed bursar.simulated_members[] := '{}';
begin
  for v_gift in
    select g.*, coalesce(m.carry, 0) as carry, coalesce(m.counted_in, 0) as counted_in, coalesce(m.refused_in, 0) as refused_in
    from (
      select t.version, t.counterparty as wallet_id, -t.amount as amount, t.balance_after - t.amount as available
      from bursar.transaction_history t
      where t.wallet_id = p_simulation.wallet_id and t.version > p_simulation.after_version
        and t.kind <> 'charge' and t.kind in ('transfer', 'allocation') and t.amount < 0
        and t.id >= bursar.id_at(p_simulation.bounds[v_at] - interval '1 hour')
        and t.created_at >= p_simulation.bounds[v_at] and t.created_at < v_ends
      order by t.version limit p_limit
    ) g
    left join bursar.simulated_members m on m.operation = p_simulation.operation and m.wallet_id = g.wallet_id
    order by g.wallet_id, g.version
  loop
    v_seen := v_seen + 1;
    v_version := greatest(v_version, v_gift.version);
    if v_member.wallet_id is distinct from v_gift.wallet_id then
      if v_member.wallet_id is not null then
        v_changed := array_append(v_changed, v_member);
      end if;
      v_member.operation := p_simulation.operation;
      v_member.wallet_id := v_gift.wallet_id;
      v_member.carry := case when v_gift.counted_in = v_at then v_gift.carry else 0 end;
      v_member.counted_in := v_at;
      v_member.refused_in := v_gift.refused_in;
    end if;
    if v_gift.amount > floor((v_gift.available + v_member.carry)::numeric * p_simulation.share_percent / 100)::bigint - v_member.carry then
      p_simulation.amounts[v_at] := p_simulation.amounts[v_at] + v_gift.amount;
      if v_member.refused_in <> v_at then
        p_simulation.members[v_at] := p_simulation.members[v_at] + 1;
        v_member.refused_in := v_at;
      end if;
    else
      v_member.carry := v_member.carry + v_gift.amount;
    end if;
  end loop;
  if v_member.wallet_id is not null then
    v_changed := array_append(v_changed, v_member);
  end if;
  insert into bursar.simulated_members as m (operation, wallet_id, carry, counted_in, refused_in)
  select c.operation, c.wallet_id, c.carry, c.counted_in, c.refused_in from unnest(v_changed) c
  on conflict (operation, wallet_id) do update
  set carry = excluded.carry, counted_in = excluded.counted_in, refused_in = excluded.refused_in;
  p_simulation.after_version := v_version;
  if v_seen < p_limit then
    p_simulation.period := v_at + 1;
    p_simulation.done := v_at;
  end if;
  return p_simulation;
end $$;
