-- Codes: Stripe's, as it counts them and as we do, and our own that wait for orders nobody can pay.

-- A page was completed with a code. Noted once, whatever the page sold and whatever becomes of it: Stripe counts it now.
create function bursar.note_promotion_use(p_session text, p_promotion text) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  insert into bursar.promotion_uses (checkout_session, stripe_promotion) values (p_session, p_promotion)
  on conflict (checkout_session) do update set stripe_promotion = excluded.stripe_promotion
    where promotion_uses.stripe_promotion <> excluded.stripe_promotion
$$;

-- How often each code was used: on Stripe's pages, and for orders it made free, which Stripe never sees.
create function bursar.promotion_counts() returns table (promotion text, pages bigint, free bigint)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select c.promotion, sum(c.pages)::bigint, sum(c.free)::bigint
  from (
    select u.stripe_promotion as promotion, count(*) as pages, 0 as free from bursar.promotion_uses u group by 1
    union all
    select r.stripe_promotion, 0, count(*) from bursar.promotion_redemptions r group by 1
  ) c
  group by c.promotion
$$;

-- Of these pages, those that are ours: what was ordered there, and the discount and the code that we know of.
create function bursar.known_discounts(p_sessions text[])
returns table (session text, purchase uuid, wallet text, currency text, discount bigint, granted boolean, promotion text)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select o.session, o.purchase, w.owner, o.currency, o.discount, o.granted, u.stripe_promotion
  from (
    select p.checkout_session as session, p.id as purchase, p.wallet_id, p.currency, p.discount, p.transaction_id is not null as granted
    from bursar.purchases p where p.checkout_session = any (p_sessions)
    union all
    select s.checkout_session, null, s.wallet_id, s.terms ->> 'currency', null, false
    from bursar.subscriptions s where s.checkout_session = any (p_sessions)
  ) o
  join bursar.wallets w on w.id = o.wallet_id
  left join bursar.promotion_uses u on u.checkout_session = o.session
$$;

-- Bonus codes that are set aside for orders which cannot be paid any more, or never got a page within a day.
create function bursar.stale_reservations(p_limit integer)
returns table (purchase uuid, wallet text, code text, credits bigint, status bursar.purchase_status)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select p.id, w.owner, c.code, r.credits, p.status
  from bursar.bonus_redemptions r
  join bursar.purchases p on p.id = r.purchase_id
  join bursar.bonus_codes c on c.id = r.code_id
  join bursar.wallets w on w.id = r.wallet_id
  where r.status = 'reserved'
    and (p.status <> 'awaiting_payment' or (p.checkout_session is null and p.created_at < clock_timestamp() - interval '1 day'))
  order by r.created_at
  limit p_limit
$$;

-- Others may have the code again; an order that is paid after all takes it anew where its limits still allow that.
create function bursar.release_stale_reservation(p_purchase uuid) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  perform from bursar.purchases p where p.id = p_purchase for no key update;
  if exists (select from bursar.purchases p where p.id = p_purchase and p.status = 'awaiting_payment'
    and (p.checkout_session is not null or p.created_at >= clock_timestamp() - interval '1 day'))
  then
    return false;
  end if;
  perform bursar.release_bonus(p_purchase);
  return true;
end $$;

-- Our own codes that were promised more often than they may be.
create function bursar.overused_bonus_codes() returns table (code_id uuid, code text, used bigint, most integer)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select c.id, c.code, count(*), c.max_redemptions
  from bursar.bonus_codes c
  join bursar.bonus_redemptions r on r.code_id = c.id and r.status <> 'released'
  where c.max_redemptions is not null
  group by c.id
  having count(*) > c.max_redemptions
$$;
