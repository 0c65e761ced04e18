-- What a simulation reads of members: some at a time, and of their history only the simulated time.

-- What one statement reads of one member within seconds.
create function bursar.simulated_transactions_limit() returns bigint
language sql immutable parallel safe
return 1000000;

-- The next members in order of their ids, up to p_limit and to what one statement reads in a moment; at least one.
create function bursar.next_simulated(p_simulation bursar.rule_simulations, p_limit integer)
returns table (user_id text, wallet_id bigint, version bigint, active boolean, joined_at timestamptz)
language sql stable as $$
  select n.user_id, n.wallet_id, n.version, n.status = 'active', n.joined_at
  from (
    select m.user_id, w.id as wallet_id, w.version, m.status, m.joined_at,
      sum(w.version) over (order by m.user_id) - w.version as before
    from (
      select x.user_id, x.status, x.joined_at
      from bursar.wallets pool
      join bursar.memberships x on x.organization_id = substr(pool.owner, 5)
      where pool.id = p_simulation.wallet_id and x.user_id > p_simulation.after_user
      order by x.user_id limit p_limit
    ) m
    join bursar.wallets w on w.owner = 'user:' || m.user_id
  ) n
  where n.before < 100000
$$;

-- A member of the next step whose history is more than a step can read; null when there is none.
create function bursar.too_busy_for_simulation(p_simulation bursar.rule_simulations, p_limit integer) returns text
language sql stable as $$
  select 'user:' || n.user_id
  from bursar.next_simulated(p_simulation, p_limit) n
  where n.active and n.version > bursar.simulated_transactions_limit()
    and n.version - bursar.version_from(n.wallet_id, p_simulation.bounds[1]) >= bursar.simulated_transactions_limit()
  limit 1
$$;

-- Reads the next members. A sweep is done with them at once: a lot is swept once, at the first period that finds it idle.
create function bursar.gather_members(p_simulation bursar.rule_simulations, p_limit integer) returns bursar.rule_simulations
language plpgsql as $$
declare
  v_wallets bigint[];
  v_firsts integer[];
  v_seen integer;
  v_last text;
begin
  select count(*), max(n.user_id), array_agg(n.wallet_id) filter (where n.active),
    array_agg(width_bucket(n.joined_at, p_simulation.bounds) + 1) filter (where n.active)
  into v_seen, v_last, v_wallets, v_firsts
  from bursar.next_simulated(p_simulation, p_limit) n;
  if v_wallets is not null and p_simulation.kind = 'refill' then
    insert into bursar.simulated_members (operation, wallet_id, first_period, unspent, spent)
    select p_simulation.operation, w.wallet_id, w.first_period,
      array_agg(coalesce(x.unspent, 0) order by n), array_agg(coalesce(x.spent, 0) order by n)
    from unnest(v_wallets, v_firsts) w (wallet_id, first_period)
    cross join generate_series(1, cardinality(p_simulation.bounds)) n
    left join (
      select p.wallet_id, p.period, (sum(p.amount) filter (where p.lot_id is not null))::bigint as unspent,
        (sum(p.amount) filter (where p.lot_id is null))::bigint as spent
      from bursar.simulated_past(p_simulation.wallet_id, v_wallets, p_simulation.bounds) p
      group by p.wallet_id, p.period
    ) x on x.wallet_id = w.wallet_id and x.period = n
    group by w.wallet_id, w.first_period;
  elsif v_wallets is not null then
    p_simulation := bursar.add_swept(p_simulation, v_wallets);
  end if;
  p_simulation.done := p_simulation.done + v_seen;
  p_simulation.total := greatest(p_simulation.total, p_simulation.done);
  p_simulation.after_user := coalesce(v_last, p_simulation.after_user);
  p_simulation.gathered := v_seen = 0;
  if p_simulation.gathered and p_simulation.kind = 'sweep' then
    p_simulation.period := cardinality(p_simulation.bounds) + 1;
  end if;
  return p_simulation;
end $$;

create function bursar.add_swept(p_simulation bursar.rule_simulations, p_wallets bigint[]) returns bursar.rule_simulations
language plpgsql as $$
begin
  with idle as (
    select distinct on (p.lot_id) p.wallet_id, p.period, p.amount
    from bursar.simulated_past(p_simulation.wallet_id, p_wallets, p_simulation.bounds) p
    where p.lot_id is not null
      and p.created_at < (p_simulation.bounds[p.period] at time zone 'UTC' - make_interval(days => p_simulation.idle_days)) at time zone 'UTC'
    order by p.lot_id, p.period
  ), swept as (
    select i.period, count(distinct i.wallet_id)::integer as members, sum(i.amount)::bigint as amount from idle i group by i.period
  )
  select array_agg(p_simulation.members[n] + coalesce(s.members, 0) order by n),
    array_agg(p_simulation.amounts[n] + coalesce(s.amount, 0) order by n)
  into p_simulation.members, p_simulation.amounts
  from generate_series(1, cardinality(p_simulation.bounds)) n
  left join swept s on s.period = n;
  return p_simulation;
end $$;

-- Two things of each wallet and period, from one reading of its history in one snapshot. With a lot: what of what the
-- pool allocated in it was unspent when the period began, which is what remains now without everything that came and
-- went since. Without a lot: what the wallet paid for charges in the period out of other credits, or owed.
create function bursar.simulated_past(p_pool bigint, p_wallets bigint[], p_bounds timestamptz[])
returns table (wallet_id bigint, period integer, lot_id uuid, created_at timestamptz, amount bigint)
language sql stable as $$
  with history as materialized (
    select * from bursar.simulated_history(p_pool, p_wallets, p_bounds)
  ), lot as (
    select l.id, l.wallet_id, l.created_at, l.effective_at, l.expires_at, l.remaining
    from unnest(p_wallets) w (id)
    cross join lateral (
      select x.* from bursar.lots x
      where x.wallet_id = w.id and x.allocated_by = p_pool
        and x.created_at < p_bounds[cardinality(p_bounds)] and x.expires_at > p_bounds[1]
      offset 0
    ) l
  ), past as (
    select lot.wallet_id, n as period, lot.id, lot.created_at, lot.expires_at,
      (lot.remaining - coalesce(sum(h.net) over (partition by lot.id order by n desc), 0))::bigint as unspent
    from lot
    cross join generate_series(1, cardinality(p_bounds)) n
    left join history h on h.lot_id = lot.id and h.period = n
  )
  select p.wallet_id, p.period, p.id, p.created_at, p.unspent
  from past p
  where p.unspent > 0 and p.created_at < p_bounds[p.period] and p.expires_at > p_bounds[p.period]
  union all
  select h.wallet_id, h.period, null, null, h.spent from history h where h.lot_id is null and h.spent > 0
$$;

-- What came and went in each period: for lots of the pool's allocations their net change, for everything else what
-- charges took. Ids begin with their time, so months that end before the first period are not looked into; an id may
-- be made some time before its transaction gets the lock.
create function bursar.simulated_history(p_pool bigint, p_wallets bigint[], p_bounds timestamptz[])
returns table (wallet_id bigint, period integer, lot_id uuid, net bigint, spent bigint)
language sql stable
-- Some wallets of many: never whole tables, whatever their size was when this was planned.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
  select x.wallet_id, x.period, l.id, sum(x.net)::bigint, sum(x.spent)::bigint
  from (
    select t.wallet_id, width_bucket(t.created_at, p_bounds) as period, s.lot_id, s.net, s.spent
    from unnest(p_wallets) w (id)
    cross join lateral (
      select t.* from bursar.transaction_history t
      where t.wallet_id = w.id and t.id >= bursar.id_at(p_bounds[1] - interval '1 hour') and t.created_at >= p_bounds[1]
      offset 0
    ) t
    cross join lateral (
      select t.sole_lot as lot_id, t.amount as net, -t.amount as spent where t.sole_lot is not null
      union all
      select m.from_lot, -m.amount, case when t.kind = 'charge' then m.amount else 0 end
      from bursar.movement_history m
      where t.sole_lot is null and m.transaction_id = t.id and m.from_wallet = t.wallet_id
      union all
      select m.to_lot, m.amount, 0
      from bursar.movement_history m
      where t.sole_lot is null and m.transaction_id = t.id and m.to_wallet = t.wallet_id and m.to_lot is not null
    ) s
  ) x
  left join bursar.lots l on l.id = x.lot_id and l.allocated_by = p_pool
  group by x.wallet_id, x.period, l.id
$$;
