-- The result of a charge in the wire's shape: what it took from which lots, and what no lot covered.
create function bursar.charge_summary(p_transaction uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'transaction', bursar.public_id('txn', t.id),
    'wallet', w.owner,
    'amount', bursar.credits_text(-t.amount),
    'lots', coalesce((
      select jsonb_agg(jsonb_build_object(
        'lot', bursar.public_id('lot', m.from_lot), 'kind', l.kind, 'amount', bursar.credits_text(m.amount)) order by m.position)
      from (
        select x.from_lot, min(x.position) as position, sum(x.amount)::bigint as amount
        from bursar.movement_history x
        where x.transaction_id = t.id and x.from_lot is not null
        group by x.from_lot
      ) m
      join bursar.lots l on l.id = m.from_lot
    ), '[]'),
    'owed', bursar.credits_text(coalesce((
      select sum(m.amount)::bigint from bursar.movement_history m where m.transaction_id = t.id and m.from_account = 'debt'
    ), 0)))
    || case when t.price is null then '{}'
      else jsonb_build_object('pricing', bursar.pricing_summary(t.price, t.price_version, t.quantity)) end
  from bursar.transaction_history t
  join bursar.wallets w on w.id = t.wallet_id
  where t.id = p_transaction
$$;
