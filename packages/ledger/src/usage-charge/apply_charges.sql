-- How a charge is applied. A batch means exactly "one after the other, in the order given".
--
-- Inputs: arrays of one length, an element per charge. Returns the exceptions only: a row (ord from 1, verdict,
-- error) for each charge that was rejected, replayed, or in conflict with another request under its key; every
-- charge without a row was applied.
--
-- Each charge is an interval on its wallet's running sum of charges, each lot an interval on the running sum of
-- the wallet's spendable credits in burn order; where they overlap, that lot pays for that charge. This equals
-- the sequential result for every wallet whose charges all fit below its overdraft limit. Wallets that might
-- refuse one, wallets with frozen credits, and charges on behalf of an organization (which burn in another
-- order) go one by one. So do wallets that might reach a limit or an alert of a budget.
--
-- Lock order: wallets by id, then budgets (see src/budget), then operation keys in order.
create function bursar.apply_charges(
  p_keys uuid[], p_hashes uuid[], p_callers text[], p_actors text[], p_accepted timestamptz[], p_wallets text[],
  p_amounts bigint[], p_products text[], p_descriptions text[], p_occurred timestamptz[], p_behalf text[],
  p_metadata jsonb[], p_prices text[], p_price_versions integer[], p_quantities bigint[]
) returns table (ord integer, verdict text, error jsonb)
language plpgsql security definer
set search_path = bursar, pg_temp
-- Only rows named by key are ever wanted; while tables are small the planner would read them whole.
set enable_seqscan = off
as $$
declare
  v_wallet bursar.charged_wallets;
  v_limited boolean;
  v_limit bigint := bursar.default_overdraft_limit();
  v_tight bigint[];
  v_now timestamptz;
  v_known_keys uuid[];
  v_transactions uuid[];
  v_left integer[];
  v_known integer[];
  v_ord integer;
begin
  -- What the lock returns is what the last holder left behind, so nothing is read twice.
  loop
    select array_agg(l.id), array_agg(l.ctid), array_agg(l.owner), array_agg(l.credits), array_agg(l.owed),
      array_agg(l.overdraft_limit), array_agg(l.version), array_agg(l.low_balance_at), array_agg(l.low_balance_told),
      array_agg(l.frozen_by is not null), array_agg(l.id) filter (where l.budgeted),
      array_agg(l.id) filter (where l.top_up_below is not null), min(l.next_change_at)
    into v_wallet
    from (
      select w.id, w.ctid, w.owner, w.credits, w.owed, w.overdraft_limit, w.version, w.low_balance_at, w.low_balance_told,
        w.frozen_by, w.budgeted, w.top_up_below, w.next_change_at
      from bursar.wallets w
      where w.owner = any (p_wallets)
      order by w.id
      for no key update
    ) l;
    if v_wallet.budgeted is not null or array_remove(p_behalf, null) <> '{}' then
      v_limited := bursar.lock_budgets(v_wallet.budgeted, p_behalf);
    end if;
    v_now := clock_timestamp();
    exit when coalesce(v_wallet.next_change_at > v_now, true);
    perform bursar.bring_up_to_date(v_wallet.ids, v_now);
  end loop;
  if v_limited then
    v_tight := bursar.tight_wallets(p_wallets, p_amounts, p_products, p_behalf, p_callers, v_now);
  end if;
  -- Whoever holds the wallets also decides about their keys, so looking first is enough. Only a key that a rival uses
  -- for another wallet at this moment can come between; the insert then fails, and the repeated batch finds the key.
  v_known_keys := array(
    select o.key
    from bursar.each_key(p_keys) k (key)
    cross join lateral (select x.key from bursar.operations x where x.key = k.key offset 0) o
  );
  v_transactions := array(select bursar.new_id() from generate_series(1, cardinality(p_keys)));

  with input as materialized (
    select i.*, row_number() over (partition by i.key order by i.ord) = 1 and i.key <> all (v_known_keys) as fresh
    from bursar.charge_input(
      p_keys, p_hashes, p_callers, p_actors, p_accepted, p_wallets, p_amounts, p_products, p_descriptions,
      p_occurred, p_behalf, p_metadata, p_prices, p_price_versions, p_quantities, v_transactions
    ) i
  ), claimed as (
    insert into bursar.operations (key, type, request_hash, caller, status, transaction_id, created_at, completed_at)
    select i.key, 'charge', i.hash, i.caller, 'succeeded', i.txn, i.accepted, v_now
    from input i
    where i.fresh
    order by i.key
  ), wallet as materialized (
    select * from bursar.each_wallet(v_wallet)
  ), charge as materialized (
    select
      i.ord, i.key, i.actor, i.amount, i.product, i.description, i.occurred, i.behalf, i.metadata, i.price,
      i.price_version, i.quantity, i.txn, w.id as wallet_id,
      (sum(i.amount) over in_order)::numeric as upto,
      row_number() over in_order as nth
    from input i
    join wallet w on w.owner = i.owner
    where i.fresh
    window in_order as (partition by w.id order by i.ord rows unbounded preceding)
  ), demand as (
    select c.wallet_id, max(c.upto) as total, count(*) as charges,
      bool_or(c.behalf is not null) or c.wallet_id = any (coalesce(v_tight, '{}')) as special
    from charge c
    group by c.wallet_id
  ), lot as materialized (
    -- The offset keeps this a look-up for each wallet. While there are fewer lots than some ten thousand, the planner
    -- would rather read all of them for every batch (measured: fifty times the time of a small one).
    select
      l.id, l.tid, w.id as wallet_id, l.free,
      (sum(l.free) over (
        partition by w.id
        order by l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id
        rows unbounded preceding
      ))::bigint as upto
    from wallet w
    cross join lateral (
      select x.id, x.ctid as tid, x.remaining - x.held as free, x.priority, x.expires_at, x.unit_cost, x.effective_at, x.created_at
      from bursar.lots x
      where x.wallet_id = w.id
        and not x.closed
        and x.remaining > x.held
        and x.effective_at <= v_now
        and x.expires_at > v_now
      offset 0
    ) l
  ), supply as (
    select l.wallet_id, max(l.upto) as total from lot l group by l.wallet_id
  ), fit as materialized (
    select
      w.id as wallet_id, w.tid, w.credits, w.owed, w.version, w.low_balance_at, w.low_balance_told,
      d.charges, d.total::bigint as total,
      least(d.total, coalesce(s.total, 0))::bigint as covered,
      greatest(d.total - coalesce(s.total, 0), 0)::bigint as debt,
      coalesce(s.total, 0) as supply
    from wallet w
    join demand d on d.wallet_id = w.id
    left join supply s on s.wallet_id = w.id
    where not d.special
      and not w.frozen
      and w.owed + greatest(d.total - coalesce(s.total, 0), 0) <= coalesce(w.overdraft_limit, v_limit)
  ), reached as materialized (
    -- Without this cut, a wallet with thousands of lots would pair each charge with all of them.
    select l.id, l.tid, l.wallet_id, l.free, l.upto
    from lot l
    join fit f on f.wallet_id = l.wallet_id
    where l.upto - l.free < f.total
  ), moved as materialized (
    select c.txn, r.wallet_id, r.id as lot_id, r.tid, r.upto as place,
      (least(c.upto, r.upto) - greatest(c.upto - c.amount, r.upto - r.free))::bigint as amount,
      r.upto - r.free <= c.upto - c.amount and c.upto <= r.upto as whole
    from charge c
    join reached r on r.wallet_id = c.wallet_id and r.upto - r.free < c.upto and c.upto - c.amount < r.upto
    union all
    select c.txn, c.wallet_id, null, null, null, least(c.amount, c.upto - f.supply)::bigint, false
    from charge c
    join fit f on f.wallet_id = c.wallet_id
    where c.upto > f.supply
  ), spent_lots as (
    update bursar.lots l
    set remaining = l.remaining - m.amount, closed = (l.remaining = m.amount)
    from (select tid, sum(amount)::bigint as amount from moved where tid is not null group by tid) m
    where l.ctid = m.tid
  ), charged_wallets as (
    update bursar.wallets w
    set credits = w.credits - f.covered, owed = w.owed + f.debt, version = w.version + f.charges,
      low_balance_told = bursar.is_low(f.credits, f.credits - f.covered, f.low_balance_at, f.low_balance_told)
    from fit f
    where w.ctid = f.tid
  ), written as (
    insert into bursar.transactions (
      wallet_id, version, amount, balance_after, owed_after, occurred_at, created_at, id, operation, sole_lot, kind, actor,
      product, description, metadata, price, price_version, quantity
    )
    select
      c.wallet_id, f.version + c.nth, -c.amount, f.credits - least(c.upto, f.supply), f.owed + greatest(c.upto - f.supply, 0),
      coalesce(c.occurred, v_now), v_now, c.txn, c.key, m.lot_id, 'charge', c.actor, c.product, c.description, c.metadata,
      c.price, c.price_version, c.quantity
    from charge c
    join fit f on f.wallet_id = c.wallet_id
    left join moved m on m.txn = c.txn and m.whole
  ), recorded as (
    insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, from_lot, to_account)
    select
      m.txn, row_number() over (partition by m.txn order by m.place nulls last), m.amount,
      case when m.lot_id is null then 'debt'::bursar.account else 'credits' end, m.wallet_id, m.lot_id, 'consumed'
    from moved m
    where not m.whole
  ), told as (
    insert into bursar.outbox (kind, subject_wallet, payload)
    select 'balance-low', f.wallet_id, jsonb_build_object('balance', bursar.credits_text(f.credits - f.covered))
    from fit f
    where not f.low_balance_told and bursar.is_low(f.credits, f.credits - f.covered, f.low_balance_at, false)
    union all
    select 'balance-owed', f.wallet_id, jsonb_build_object('owed', bursar.credits_text(f.debt))
    from fit f
    where f.owed = 0 and f.debt > 0
  )
  select
    array_agg(i.ord::integer order by i.ord) filter (where i.fresh),
    array_agg(i.ord::integer order by i.ord) filter (where not i.fresh)
  into v_left, v_known
  from input i
  where not exists (
    select from charge c join fit f on f.wallet_id = c.wallet_id where c.txn = i.txn
  );

  if v_limited then
    perform bursar.count_batch_in_budgets(v_transactions, p_callers, v_now);
  end if;
  foreach v_ord in array coalesce(v_left, '{}') loop
    error := bursar.apply_charge_alone(
      v_wallet.ids, v_transactions[v_ord], p_keys[v_ord], p_hashes[v_ord], p_callers[v_ord], p_actors[v_ord],
      p_accepted[v_ord], p_wallets[v_ord], p_amounts[v_ord], p_products[v_ord], p_descriptions[v_ord],
      p_occurred[v_ord], p_behalf[v_ord], p_metadata[v_ord],
      row(p_prices[v_ord], p_price_versions[v_ord], p_quantities[v_ord])::bursar.pricing, v_now);
    if error is not null then
      ord := v_ord;
      verdict := 'rejected';
      return next;
    end if;
  end loop;
  if v_wallet.armed is not null then
    perform bursar.request_top_ups(v_wallet.armed, false);
  end if;

  if v_known is not null then
    return query
      select k.ord, case when o.request_hash = p_hashes[k.ord] then 'replayed' else 'conflict' end, o.error
      from unnest(v_known) as k (ord)
      join bursar.operations o on o.key = p_keys[k.ord]
      order by k.ord;
  end if;
  perform pg_notify('bursar_operations', '');
end $$;

-- The arrays as rows. A function of its own, and volatile so that it stays one, because it tells the planner to expect
-- hundreds of rows: with unnest it expects ten and joins them in nested loops (measured: five times slower).
create function bursar.charge_input(
  p_keys uuid[], p_hashes uuid[], p_callers text[], p_actors text[], p_accepted timestamptz[], p_wallets text[],
  p_amounts bigint[], p_products text[], p_descriptions text[], p_occurred timestamptz[], p_behalf text[],
  p_metadata jsonb[], p_prices text[], p_price_versions integer[], p_quantities bigint[], p_transactions uuid[]
) returns table (
  key uuid, hash uuid, caller text, actor text, accepted timestamptz, owner text, amount bigint, product text,
  description text, occurred timestamptz, behalf text, metadata jsonb, price text, price_version integer, quantity bigint,
  txn uuid, ord bigint
)
language sql volatile rows 500 as $$
  select *
  from unnest(
    p_keys, p_hashes, p_callers, p_actors, p_accepted, p_wallets, p_amounts, p_products, p_descriptions,
    p_occurred, p_behalf, p_metadata, p_prices, p_price_versions, p_quantities, p_transactions
  ) with ordinality
$$;

create function bursar.each_key(p_keys uuid[]) returns setof uuid
language sql volatile rows 500 as $$
  select unnest(p_keys)
$$;

-- The locked wallets of a batch, column by column, because an array of rows would be taken apart once per row.
create type bursar.charged_wallets as (
  ids bigint[], tids tid[], owners text[], credits bigint[], owed bigint[], overdraft_limits bigint[], versions bigint[],
  low_balance_at bigint[], low_balance_told boolean[], frozen boolean[], budgeted bigint[], armed bigint[], next_change_at timestamptz
);

create function bursar.each_wallet(p_wallets bursar.charged_wallets) returns table (
  id bigint, tid tid, owner text, credits bigint, owed bigint, overdraft_limit bigint, version bigint,
  low_balance_at bigint, low_balance_told boolean, frozen boolean
)
language sql volatile rows 500 as $$
  select *
  from unnest(
    p_wallets.ids, p_wallets.tids, p_wallets.owners, p_wallets.credits, p_wallets.owed, p_wallets.overdraft_limits,
    p_wallets.versions, p_wallets.low_balance_at, p_wallets.low_balance_told, p_wallets.frozen)
$$;

-- "Any amount" still ends where a bigint would: a million million credits owed.
create function bursar.debt_limit() returns bigint
language sql immutable parallel safe
return 1000000000000000000;

-- How far a wallet without a limit of its own may owe: what the installation says (DEFAULT_OVERDRAFT_LIMIT, which comes
-- with the connection), or any amount.
create function bursar.default_overdraft_limit() returns bigint
language sql stable
return coalesce(nullif(current_setting('bursar.default_overdraft_limit', true), '')::bigint, bursar.debt_limit());
