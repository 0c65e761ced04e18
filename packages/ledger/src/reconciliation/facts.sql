-- The ledger's side of what Stripe lists.

-- Events that Stripe lists and nobody has handled: new ones are written down, and all that wait are returned.
create function bursar.backfill_stripe_events(p_events jsonb) returns setof text
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  insert into bursar.stripe_events (id, type, object_id, livemode, source)
  select e.id, e.type, e.object_id, e.livemode, 'backfill'
  from jsonb_to_recordset(p_events) as e (id text, type text, object_id text, livemode boolean)
  order by e.id
  on conflict (id) do nothing;
  return query
  select e.id from bursar.stripe_events e
  where e.id in (select x.id from jsonb_to_recordset(p_events) as x (id text)) and e.status = 'received';
end $$;

-- An operator wants an event handled once more. Null when there is none.
create function bursar.reopen_stripe_event(p_id text) returns text
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.stripe_events e set status = 'received', processed_at = null where e.id = p_id returning e.id
$$;

-- For each payment of an order and the money that went back of it: what must be taken back of its credits, and what is.
-- Without orders of closed wallets that are before a person already: nothing can be repaired there.
create function bursar.take_back_differences(p_payments jsonb)
returns table (payment_intent text, purchase uuid, wallet text, currency text, expected bigint, actual bigint)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select p.payment_intent, p.id, w.owner, p.currency,
    bursar.order_take_back_target(p, t.returned), p.taken_back
  from jsonb_to_recordset(p_payments) as t (payment_intent text, returned bigint)
  join bursar.purchases p on p.payment_intent = t.payment_intent
  join bursar.wallets w on w.id = p.wallet_id
  where p.transaction_id is not null and not (w.closed_at is not null and p.status = 'needs_review')
$$;
