-- Hands over many parts of lots between many wallets at once, and posts every side: what `give_credits` called for
-- one transaction after the other would do, in one statement. The parts have left their lots already; p_gifts is in
-- the order of the transactions and, within one, of burning. One wallet may be in many of them, all are locked.
create function bursar.give_set(
  p_gifts bursar.gift[], p_now timestamptz, p_kind bursar.transaction_kind, p_details bursar.details
) returns void
language sql as $$
  with part as materialized (
    select g.number, g.transaction_id, g.from_wallet, g.to_wallet, g.lot_id, g.amount, g.ord, giver.owner as from_owner,
      -- What arrives pays the receiver's debt first; p.before is what arrived there in this call until now.
      least(g.amount, greatest(taker.owed - g.before, 0))::bigint as settles
    from (
      select x.*, sum(x.amount) over (partition by x.to_wallet order by x.ord rows unbounded preceding) - x.amount as before
      from unnest(p_gifts) with ordinality x (number, transaction_id, from_wallet, to_wallet, lot_id, amount, ord)
    ) g
    join bursar.wallets giver on giver.id = g.from_wallet
    join bursar.wallets taker on taker.id = g.to_wallet
    order by g.ord
  ), arriving as materialized (
    select p.*, case when p.amount > p.settles then bursar.new_id() end as lot, t.kind, t.priority, t.unit_cost,
      t.cost_currency, t.effective_at, t.expires_at, t.parent_lot, t.allocated_by, t.purchase_id
    from part p
    cross join lateral bursar.terms_on_arrival(
      p.lot_id, p.to_wallet, case when p.from_owner like 'org:%' then p.from_wallet end) t
  ), opened as (
    insert into bursar.lots (
      id, wallet_id, kind, priority, amount, remaining, unit_cost, cost_currency, effective_at, expires_at, created_at,
      transaction_id, parent_lot, allocated_by, purchase_id
    )
    select a.lot, a.to_wallet, a.kind, a.priority, a.amount - a.settles, a.amount - a.settles, a.unit_cost,
      a.cost_currency, a.effective_at, a.expires_at, p_now, a.transaction_id, a.parent_lot, a.allocated_by, a.purchase_id
    from arriving a
    where a.lot is not null
  ), moved as (
    insert into bursar.movements (
      transaction_id, position, amount, from_account, from_wallet, from_lot, to_account, to_wallet, to_lot
    )
    select a.transaction_id, row_number() over (partition by a.transaction_id order by a.ord, m.step), m.amount,
      'credits', a.from_wallet, a.lot_id, m.account, a.to_wallet, m.lot
    from arriving a
    cross join lateral (values
      (1, a.settles, 'debt'::bursar.account, null),
      (2, a.amount - a.settles, 'credits'::bursar.account, a.lot)
    ) m (step, amount, account, lot)
    where m.amount > 0
  ), side as materialized (
    select s.*,
      row_number() over w as step,
      (sum(s.credits) over w)::bigint as credits_until,
      (sum(s.owed) over w)::bigint as owed_until
    from (
      select a.number, a.transaction_id, a.from_wallet as wallet_id, a.to_wallet as counterparty,
        -sum(a.amount)::bigint as credits, 0::bigint as owed, 'infinity'::timestamptz as expires_at
      from arriving a
      group by a.number, a.transaction_id, a.from_wallet, a.to_wallet
      union all
      select a.number, a.transaction_id, a.to_wallet, a.from_wallet,
        sum(a.amount - a.settles)::bigint, -sum(a.settles)::bigint, min(case when a.lot is not null then a.expires_at end)
      from arriving a
      group by a.number, a.transaction_id, a.to_wallet, a.from_wallet
    ) s
    window w as (partition by s.wallet_id order by s.number)
  ), written as (
    insert into bursar.transactions (
      wallet_id, version, id, kind, amount, balance_after, owed_after, counterparty, frozen_by, operation, actor,
      message, reason, occurred_at, created_at
    )
    select w.id, w.version + s.step, s.transaction_id, p_kind, s.credits - s.owed, w.credits + s.credits_until,
      w.owed + s.owed_until, s.counterparty, w.frozen_by, p_details.operation, p_details.actor, p_details.message,
      p_details.reason, p_now, p_now
    from side s
    join bursar.wallets w on w.id = s.wallet_id
  ), changed as materialized (
    select w.id, w.credits + t.credits as credits, w.low_balance_told as told,
      bursar.is_low(w.credits, w.credits + t.credits, w.low_balance_at, w.low_balance_told) as low, t.owed, t.steps, t.expires_at
    from (
      select s.wallet_id, sum(s.credits)::bigint as credits, sum(s.owed)::bigint as owed, count(*) as steps,
        min(s.expires_at) as expires_at
      from side s
      group by s.wallet_id
    ) t
    join bursar.wallets w on w.id = t.wallet_id
  ), balanced as (
    update bursar.wallets w
    set credits = c.credits, owed = w.owed + c.owed, version = w.version + c.steps, low_balance_told = c.low,
      next_change_at = least(w.next_change_at, c.expires_at)
    from changed c
    where w.id = c.id
  )
  insert into bursar.outbox (kind, subject_wallet, payload)
  select 'balance-low', c.id, jsonb_build_object('balance', bursar.credits_text(c.credits))
  from changed c
  where c.low and not c.told
  union all
  select 'balance-recovered', c.id, jsonb_build_object('balance', bursar.credits_text(c.credits))
  from changed c
  where c.told and not c.low
$$;

-- Tells every receiver of such a set, as `give_credits` does.
create function bursar.tell_receivers(
  p_gifts bursar.gift[], p_kind bursar.transaction_kind, p_details bursar.details
) returns void
language sql as $$
  insert into bursar.outbox (kind, subject_wallet, payload)
  select 'credits-received', t.wallet_id, jsonb_strip_nulls(jsonb_build_object(
    'kind', p_kind, 'amount', bursar.credits_text(t.amount),
    'settled', bursar.credits_text(coalesce(m.settled, 0)),
    'from', giver.owner, 'message', coalesce(p_details.message, p_details.reason),
    'cause', (select o.type from bursar.operations o where o.key = p_details.operation),
    'transaction', bursar.public_id('txn', t.id)))
  from (select distinct g.transaction_id, g.to_wallet from unnest(p_gifts) g) g
  join bursar.transactions t on t.id = g.transaction_id and t.wallet_id = g.to_wallet
  join bursar.wallets giver on giver.id = t.counterparty
  left join lateral (
    select sum(m.amount)::bigint as settled
    from bursar.movements m
    where m.transaction_id = t.id and m.to_account = 'debt'
  ) m on true
  order by t.created_at, t.id
$$;
