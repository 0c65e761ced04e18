-- The wallet of somebody who was deleted is closed: it is empty, owes nothing, and nothing enters or leaves it any more.
-- Commands are refused. What Stripe reports is put before a person (purchase/review_closed). Credits that would return to
-- a closed pool by themselves stay where they are (membership/left_pools).

-- For one of these wallets; they are locked.
create function bursar.refuse_closed(p_wallets bigint[]) returns jsonb
language sql stable as $$
  select bursar.refusal('wallet_closed',
    format('%s was deleted and its wallet is closed; no credits moved. Name another wallet.', min(w.owner)),
    null, null, array_agg(w.owner order by w.id))
  from bursar.wallets w
  where w.id = any (p_wallets) and w.closed_at is not null
  having count(*) > 0
$$;

-- For good: without credits, and without debt that it may run into, nothing can be charged or held any more.
create function bursar.close_wallet(p_wallet bigint, p_now timestamptz) returns void
language sql as $$
  update bursar.wallets w
  set closed_at = p_now, overdraft_limit = 0, soft_landing_limit = 0, budgeted = false
  where w.id = p_wallet
$$;
