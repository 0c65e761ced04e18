-- The plain commands of a batch, applied as sets: placings that all fit, and final captures of exactly what is set aside.
-- A wallet's commands go this way only together and only if all of them are of one of these two kinds; then their order
-- among those of other wallets does not matter, and the outcome equals the sequential one. All others go one by one.

-- Below so many commands the fixed cost of the sets is more than they save.
create function bursar.hold_set_minimum() returns integer
language sql immutable parallel safe
return 8;

-- The positions of the plain commands. Left out are wallets to which the credits of others may return meanwhile, and all
-- that budgets, frozen credits, overdrafts or organizations have a part in.
create function bursar.plain_hold_commands(
  p_commands bursar.hold_command[], p_claimed integer[], p_wallets bigint[], p_now timestamptz,
  out placings integer[], out captures integer[]
)
language sql stable as $$
  with claimed as materialized (
    select c.ord, c.hold, c.amount, coalesce(h.wallet_id, w.id) as wallet_id,
      case
        when c.type = 'hold' then case when c.on_behalf_of is null and c.overdraft = 0 then 'placing' end
        when c.type = 'hold_capture' and c.final and h.status = 'open' and h.expires_at > bursar.moment_of(p_now, c.ord)
          and h.captured < h.amount and coalesce(c.amount, h.amount - h.captured) = h.amount - h.captured
          and not exists (select from bursar.budget_uses u where u.subject = h.id)
        then 'capture'
      end as kind
    from unnest(p_commands) c
    left join bursar.holds h on h.id = c.hold
    left join bursar.wallets w on w.owner = c.wallet and w.id = any (p_wallets)
    where c.ord = any (p_claimed)
  ), uniform as (
    select c.wallet_id, min(c.kind) as kind, sum(c.amount) as total
    from claimed c
    where c.wallet_id is not null and c.wallet_id not in (select bursar.left_pools(p_wallets))
    group by c.wallet_id
    having count(*) = count(c.kind) and min(c.kind) = max(c.kind) and count(distinct c.hold) in (0, count(*))
  ), plain as (
    select u.wallet_id
    from uniform u
    join bursar.wallets w on w.id = u.wallet_id
    where u.kind = 'capture'
      or (w.owed = 0 and not w.budgeted and w.frozen_by is null and u.total <= bursar.available_credits(w.id, p_now))
  )
  select array_agg(c.ord order by c.ord) filter (where c.kind = 'placing'),
    array_agg(c.ord order by c.ord) filter (where c.kind = 'capture')
  from claimed c
  join plain p on p.wallet_id = c.wallet_id
$$;

-- Each placing is an interval on its wallet's running sum of them, each lot one on the running sum of what is free in
-- burn order; where they overlap, that lot is pinned by that hold.
create function bursar.place_holds(p_commands bursar.hold_command[], p_ords integer[], p_now timestamptz)
returns table (ord integer, result jsonb)
language sql volatile as $$
  with asked as materialized (
    select c.*, w.id as wallet_id, w.owner, bursar.new_id() as id, bursar.moment_of(p_now, c.ord) as at,
      (sum(c.amount) over (partition by w.id order by c.ord rows unbounded preceding))::bigint as upto
    from unnest(p_commands) c
    join bursar.wallets w on w.owner = c.wallet
    where c.ord = any (p_ords)
  ), demand as (
    select a.wallet_id, sum(a.amount)::bigint as total from asked a group by a.wallet_id
  ), lot as (
    -- The offset keeps this a look-up for each wallet; the planner would rather read all lots while they are few.
    select l.id, d.wallet_id, l.free,
      (sum(l.free) over (
        partition by d.wallet_id
        order by l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id
        rows unbounded preceding
      ))::bigint as upto
    from demand d
    cross join lateral (
      select x.id, x.remaining - x.held as free, x.priority, x.expires_at, x.unit_cost, x.effective_at, x.created_at
      from bursar.lots x
      where x.wallet_id = d.wallet_id
        and not x.closed and x.remaining > x.held and x.effective_at <= p_now and x.expires_at > p_now
      offset 0
    ) l
  ), pinned as materialized (
    select a.id, a.wallet_id, l.id as lot_id, l.upto as place,
      least(a.upto, l.upto) - greatest(a.upto - a.amount, l.upto - l.free) as amount
    from asked a
    join lot l on l.wallet_id = a.wallet_id and l.upto - l.free < a.upto and a.upto - a.amount < l.upto
  ), placed as (
    insert into bursar.holds (
      id, wallet_id, amount, product, price, price_version, quantity, operation, expires_at, created_at
    )
    select a.id, a.wallet_id, a.amount, a.product, (a.pricing).price, (a.pricing).version, (a.pricing).quantity, a.key,
      a.at + make_interval(secs => a.expires_in), a.at
    from asked a
    order by a.ord
    returning *
  ), sliced as (
    insert into bursar.slices (holder, position, wallet_id, lot_id, amount, pinned)
    select p.id, row_number() over (partition by p.id order by p.place), p.wallet_id, p.lot_id, p.amount, p.amount
    from pinned p
  ), held_lots as (
    update bursar.lots l set held = l.held + p.amount
    from (select lot_id, sum(amount)::bigint as amount from pinned group by lot_id) p
    where l.id = p.lot_id
  ), held_wallets as (
    update bursar.wallets w set held = w.held + d.total from demand d where w.id = d.wallet_id
  )
  select a.ord, jsonb_build_object('hold', bursar.hold_summary(h::bursar.holds))
  from asked a
  join placed h on h.id = a.id
$$;

-- Each capture burns all that its hold pins, and ends it. Nothing is freed, so nothing follows.
create function bursar.capture_holds(p_commands bursar.hold_command[], p_ords integer[], p_now timestamptz)
returns table (ord integer, result jsonb, transaction_id uuid)
language sql volatile as $$
  with asked as materialized (
    select c.ord, c.key, c.actor, c.pricing, bursar.new_id() as txn, bursar.moment_of(p_now, c.ord) as at,
      h.id, h.wallet_id, h.product, h.on_behalf_of, h.amount - h.captured as amount,
      w.owner, w.credits, w.owed, w.version, w.frozen_by, w.low_balance_at, w.low_balance_told,
      (sum(h.amount - h.captured) over in_order)::bigint as upto,
      row_number() over in_order as nth
    from unnest(p_commands) c
    join bursar.holds h on h.id = c.hold
    join bursar.wallets w on w.id = h.wallet_id
    where c.ord = any (p_ords)
    window in_order as (partition by h.wallet_id order by c.ord rows unbounded preceding)
  ), slice as materialized (
    select a.txn, s.holder, s.position, s.lot_id, s.pinned as amount,
      row_number() over (partition by s.holder order by s.position)
        - row_number() over (partition by s.holder, s.lot_id order by s.position) as run
    from asked a
    join bursar.slices s on s.holder = a.id and s.pinned > 0
  ), part as materialized (
    -- An extension may have set aside more of the same lot: that is one part.
    select s.txn, s.lot_id, sum(s.amount)::bigint as amount,
      row_number() over (partition by s.txn order by min(s.position))::integer as nth
    from slice s
    group by s.txn, s.lot_id, s.run
  ), total as (
    select a.wallet_id, max(a.upto) as amount, count(*) as captures, min(a.credits) as credits,
      bool_or(a.low_balance_told) as told,
      bursar.is_low(min(a.credits), min(a.credits) - max(a.upto), min(a.low_balance_at), bool_or(a.low_balance_told)) as low
    from asked a
    group by a.wallet_id
  ), unpinned as (
    update bursar.slices s set pinned = 0 from slice p where s.holder = p.holder and s.position = p.position
  ), left_lots as (
    update bursar.lots l
    set remaining = l.remaining - p.amount, held = l.held - p.amount, closed = (l.remaining = p.amount)
    from (select lot_id, sum(amount)::bigint as amount from slice group by lot_id) p
    where l.id = p.lot_id
    returning l.id, l.kind
  ), charged as (
    update bursar.wallets w
    set credits = w.credits - t.amount, held = w.held - t.amount, version = w.version + t.captures, low_balance_told = t.low
    from total t
    where w.id = t.wallet_id
  ), written as (
    insert into bursar.transactions (
      wallet_id, version, id, kind, amount, balance_after, owed_after, on_behalf_of, frozen_by, hold, operation, actor,
      product, price, price_version, quantity, occurred_at, created_at
    )
    select a.wallet_id, a.version + a.nth, a.txn, 'charge', -a.amount, a.credits - a.upto, a.owed, a.on_behalf_of,
      a.frozen_by, a.id, a.key, a.actor, a.product, (a.pricing).price, (a.pricing).version, (a.pricing).quantity, a.at, a.at
    from asked a
  ), moved as (
    insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, from_lot, to_account)
    select p.txn, p.nth, p.amount, 'credits', a.wallet_id, p.lot_id, 'consumed'
    from part p
    join asked a on a.txn = p.txn
  ), told as (
    insert into bursar.outbox (kind, subject_wallet, payload)
    select 'balance-low', t.wallet_id, jsonb_build_object('balance', bursar.credits_text(t.credits - t.amount))
    from total t
    where t.low and not t.told
  ), ended as (
    update bursar.holds h set captured = h.amount, status = 'captured', closed_at = a.at
    from asked a
    where h.id = a.id
    returning h.*
  ), lots as (
    select p.txn, jsonb_agg(jsonb_build_object(
      'lot', bursar.public_id('lot', p.lot_id), 'kind', l.kind, 'amount', bursar.credits_text(p.amount)) order by p.nth) as parts
    from (
      select x.txn, x.lot_id, min(x.nth) as nth, sum(x.amount)::bigint as amount from part x group by x.txn, x.lot_id
    ) p
    join left_lots l on l.id = p.lot_id
    group by p.txn
  )
  select a.ord,
    jsonb_build_object('hold', bursar.hold_summary(h::bursar.holds), 'charge', jsonb_build_object(
      'transaction', bursar.public_id('txn', a.txn), 'wallet', a.owner, 'amount', bursar.credits_text(a.amount),
      'lots', l.parts, 'owed', '0')
      || case when (a.pricing).price is null then '{}'
        else jsonb_build_object('pricing', bursar.pricing_summary((a.pricing).price, (a.pricing).version, (a.pricing).quantity)) end),
    a.txn
  from asked a
  join ended h on h.id = a.id
  join lots l on l.txn = a.txn
$$;
