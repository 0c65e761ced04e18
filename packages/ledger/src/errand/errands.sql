-- What has to be done at Stripe while nobody waits for it. An errand is written in the transaction that makes it
-- necessary, so neither a crash nor an outage loses it; doing it twice does nothing twice.

create function bursar.leave_errand(p_wallet bigint, p_kind text, p_subject text) returns void
language sql as $$
  insert into bursar.errands (id, wallet_id, kind, subject, created_at)
  values (bursar.new_id(), p_wallet, p_kind, p_subject, clock_timestamp())
  -- What came back is done again: a card that was saved once more, a subscription that goes on all the same.
  on conflict (kind, subject) do update set done_at = null
  where errands.done_at is not null and errands.kind in ('end_subscription', 'detach_card')
$$;

-- What the owner of a wallet that closes leaves behind at Stripe: subscriptions and pages that could bill, cards that
-- could be charged, and who they were. The wallet is locked.
create function bursar.leave_stripe(p_wallet bigint) returns void
language plpgsql as $$
begin
  perform bursar.replace_open_orders(p_wallet);
  perform bursar.leave_errand(p_wallet, 'end_subscription', s.stripe_subscription)
  from bursar.subscriptions s
  where s.wallet_id = p_wallet and bursar.goes_on(s.status) and s.stripe_subscription is not null;
  perform bursar.leave_errand(p_wallet, 'detach_card', m.id)
  from bursar.payment_methods m
  where m.wallet_id = p_wallet and m.detached_at is null;
  perform bursar.leave_errand(p_wallet, 'forget_customer', c.customer)
  from bursar.stripe_customers c
  where c.wallet_id = p_wallet;
end $$;

create function bursar.finish_errand(p_id uuid) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.errands e set done_at = clock_timestamp(), refused_at = null where e.id = p_id and e.done_at is null
$$;

-- It did not go well. With p_final Stripe will never do it, and a person has to.
create function bursar.note_errand(p_id uuid, p_error text, p_final boolean) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.errands e
  set failures = e.failures + 1, error = left(p_error, 500),
    refused_at = case when p_final then coalesce(e.refused_at, clock_timestamp()) end
  where e.id = p_id and e.done_at is null
$$;
