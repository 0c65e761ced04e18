-- What a rule would have done at the beginning of each of the last p_periods periods, this one included: the same need,
-- age and share, from balances as history has them. Nothing moves. `outcome` is `move`, `wait` (the pool could not have
-- paid) or `refuse` (what a cap would not have let through).
create function bursar.simulate_rule(
  p_organization text, p_kind bursar.rule_kind, p_every bursar.rule_cycle, p_amount bigint, p_share_percent integer,
  p_idle_days integer, p_periods integer
) returns table (period date, outcome text, members integer, amount bigint)
language plpgsql stable security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id('org:' || p_organization);
  v_step interval := ('1 ' || p_every)::interval;
  v_this date := bursar.period_of(p_every, clock_timestamp());
begin
  return query
    select x.period, x.outcome, x.members, x.amount
    from (
      select * from bursar.simulate_refill(p_organization, v_pool, p_amount, v_this, v_step, p_periods) where p_kind = 'refill'
      union all
      select * from bursar.simulate_sweep(v_pool, p_idle_days, v_this, v_step, p_periods) where p_kind = 'sweep'
      union all
      select * from bursar.simulate_cap(v_pool, p_share_percent, v_this, v_step, p_periods) where p_kind = 'cap'
    ) x
    order by x.period;
end $$;

-- What these wallets had unspent of what the pool allocated at a moment of the past, lot by lot: what remains now
-- without everything that came and went since.
create function bursar.unspent_at(p_pool bigint, p_wallets bigint[], p_at timestamptz) returns table (
  wallet_id bigint, lot_id uuid, created_at timestamptz, remaining bigint
)
language sql stable as $$
  with lot as (
    select l.wallet_id, l.id, l.created_at, l.remaining
    from bursar.lots l
    where l.wallet_id = any (p_wallets) and l.allocated_by = p_pool and l.created_at < p_at and l.expires_at > p_at
  ), since as (
    select s.lot_id, sum(s.amount) as net
    from bursar.transaction_history t
    join bursar.movement_history m on m.transaction_id = t.id
    cross join lateral (values (m.to_lot, m.amount), (m.from_lot, -m.amount)) s (lot_id, amount)
    where t.wallet_id = any (p_wallets) and t.created_at >= p_at and s.lot_id in (select lot.id from lot)
    group by s.lot_id
  )
  select lot.wallet_id, lot.id, lot.created_at, (lot.remaining - coalesce(since.net, 0))::bigint
  from lot
  left join since on since.lot_id = lot.id
  where lot.remaining - coalesce(since.net, 0) > 0
$$;

-- What the members would have had more carries over from period to period, less what they really paid out of other
-- credits or owed in between: they would have spent it on that.
create function bursar.simulate_refill(
  p_organization text, p_pool bigint, p_amount bigint, p_this date, p_step interval, p_periods integer
) returns table (period date, outcome text, members integer, amount bigint)
language plpgsql stable as $$
declare
  v_at timestamptz;
  v_carry jsonb := '{}';
  v_moved bigint := 0;
  v_needs jsonb;
begin
  for v_step in 1 .. p_periods loop
    period := (p_this - (p_periods - v_step) * p_step)::date;
    v_at := period::timestamp at time zone 'UTC';
    select count(*)::integer, coalesce(sum(n.need), 0)::bigint, coalesce(jsonb_object_agg(n.id, n.need), '{}')
    into members, amount, v_needs
    from (
      select w.id, bursar.refill_need(p_amount,
        coalesce((select sum(u.remaining) from bursar.unspent_at(p_pool, array[w.id], v_at) u), 0)::bigint
        + coalesce((v_carry ->> w.id::text)::bigint, 0)) as need
      from bursar.memberships m
      join bursar.wallets w on w.owner = 'user:' || m.user_id
      where m.organization_id = p_organization and m.status = 'active' and m.joined_at < v_at
    ) n
    where n.need > 0;
    outcome := case when amount > bursar.balance_at(p_pool, v_at) - v_moved then 'wait' else 'move' end;
    if outcome = 'move' then
      v_moved := v_moved + amount;
    else
      v_needs := '{}';
    end if;
    v_carry := (
      select coalesce(jsonb_object_agg(c.key, greatest(c.sum - bursar.spent_otherwise(p_pool, c.key::bigint, v_at, v_at + p_step), 0)), '{}')
      from (
        select x.key, sum(x.value::bigint)::bigint as sum
        from (select * from jsonb_each_text(v_carry) union all select * from jsonb_each_text(v_needs)) x
        group by x.key
      ) c
    );
    return next;
  end loop;
end $$;

create function bursar.balance_at(p_wallet bigint, p_at timestamptz) returns bigint
language sql stable as $$
  select coalesce((
    select t.balance_after from bursar.transaction_history t
    where t.wallet_id = p_wallet and t.created_at < p_at
    order by t.version desc limit 1
  ), 0)
$$;

-- Charges that a wallet paid in a time from other credits than this pool's allocations, or owed.
create function bursar.spent_otherwise(p_pool bigint, p_wallet bigint, p_from timestamptz, p_to timestamptz) returns bigint
language sql stable as $$
  select coalesce(sum(m.amount), 0)::bigint
  from bursar.transaction_history t
  join bursar.movement_history m on m.transaction_id = t.id and m.from_wallet = p_wallet
  left join bursar.lots l on l.id = m.from_lot
  where t.wallet_id = p_wallet and t.kind = 'charge' and t.created_at >= p_from and t.created_at < p_to
    and l.allocated_by is distinct from p_pool
$$;

-- A lot is swept once, at the first period that finds it idle.
create function bursar.simulate_sweep(p_pool bigint, p_idle_days integer, p_this date, p_step interval, p_periods integer)
returns table (period date, outcome text, members integer, amount bigint)
language sql stable as $$
  with boundary as (
    select (p_this - (p_periods - n) * p_step)::date as period from generate_series(1, p_periods) n
  ), member as (
    select array_agg(u.wallet_id) as wallets from bursar.unspent_of_members(p_pool, clock_timestamp()) u
  ), idle as (
    select distinct on (u.lot_id) u.lot_id, u.wallet_id, u.remaining, b.period
    from boundary b
    cross join member m
    cross join lateral bursar.unspent_at(p_pool, m.wallets, b.period::timestamp at time zone 'UTC') u
    where u.created_at < (b.period - p_idle_days)::timestamp at time zone 'UTC'
    order by u.lot_id, b.period
  )
  select b.period, 'move', count(distinct i.wallet_id)::integer, coalesce(sum(i.remaining), 0)::bigint
  from boundary b
  left join idle i on i.period = b.period
  group by b.period
$$;

-- Every gift of the time in its order, as the cap would have met it; what it refuses does not count as received.
create function bursar.simulate_cap(p_pool bigint, p_share_percent integer, p_this date, p_step interval, p_periods integer)
returns table (period date, outcome text, members integer, amount bigint)
language plpgsql stable as $$
declare
  v_gift record;
  v_received jsonb;
  v_refused bigint[];
  v_before bigint;
begin
  for v_step in 1 .. p_periods loop
    period := (p_this - (p_periods - v_step) * p_step)::date;
    outcome := 'refuse';
    amount := 0;
    v_received := '{}';
    v_refused := '{}';
    for v_gift in
      select t.counterparty as wallet, -t.amount as amount, t.balance_after - t.amount as available
      from bursar.transaction_history t
      where t.wallet_id = p_pool and t.kind in ('transfer', 'allocation') and t.amount < 0
        and t.created_at >= period::timestamp at time zone 'UTC'
        and t.created_at < (period + p_step)::timestamp at time zone 'UTC'
      order by t.version limit 100000
    loop
      v_before := coalesce((v_received ->> v_gift.wallet::text)::bigint, 0);
      if v_gift.amount > floor((v_gift.available + v_before)::numeric * p_share_percent / 100)::bigint - v_before then
        amount := amount + v_gift.amount;
        v_refused := array_append(array_remove(v_refused, v_gift.wallet), v_gift.wallet);
      else
        v_received := v_received || jsonb_build_object(v_gift.wallet::text, v_before + v_gift.amount);
      end if;
    end loop;
    members := cardinality(v_refused);
    return next;
  end loop;
end $$;
