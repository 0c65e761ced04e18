-- Bonus codes: an order brings more credits than it pays for. A code is set aside while its order can be paid, redeemed
-- with the grant, and free again when the order ends without one. Its row is the lock for its limits.

-- Returns the new code's id; null when an active code has this spelling.
create function bursar.put_bonus_code(
  p_code text, p_credits bigint, p_percent integer, p_lifetime_days integer, p_scope text, p_max integer,
  p_max_per_person integer, p_max_per_organization integer, p_first_only boolean, p_minimum bigint, p_currency text,
  p_starts_at timestamptz, p_ends_at timestamptz, p_actor text
) returns uuid
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_id uuid;
begin
  insert into bursar.bonus_codes (
    id, code, bonus_credits, bonus_percent, lifetime_days, scope, max_redemptions, max_per_person, max_per_organization,
    first_purchase_only, minimum, currency, starts_at, ends_at, created_by, created_at
  ) values (
    bursar.new_id(), p_code, p_credits, p_percent, p_lifetime_days, p_scope, p_max, p_max_per_person,
    p_max_per_organization, p_first_only, p_minimum, p_currency, coalesce(p_starts_at, clock_timestamp()), p_ends_at,
    p_actor, clock_timestamp()
  )
  on conflict (lower(code)) where disabled_at is null do nothing
  returning id into v_id;
  return v_id;
end $$;

-- Orders that have set it aside keep it; nobody else gets it any more.
create function bursar.disable_bonus_code(p_id uuid) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.bonus_codes c set disabled_at = coalesce(c.disabled_at, clock_timestamp()) where c.id = p_id;
  return found;
end $$;

-- What the code spelled so would bring to an order, or why it does not hold: {credits, lifetime_days} or {obstacle}.
-- Null when we have no such code. p_except is the order it is asked for, should that have set it aside already.
create function bursar.bonus_offer(
  p_owner text, p_actor text, p_code text, p_credits bigint, p_subtotal bigint, p_currency text, p_except uuid
) returns jsonb
language plpgsql stable security definer set search_path = bursar, pg_temp
as $$
declare
  v_code bursar.bonus_codes;
  v_obstacle text;
begin
  select c.* into v_code from bursar.bonus_codes c where lower(c.code) = lower(trim(p_code)) and c.disabled_at is null;
  if v_code.id is null then
    return null;
  end if;
  v_obstacle := bursar.bonus_obstacle(v_code, p_owner, p_actor, p_subtotal, p_currency, p_except);
  if v_obstacle is not null then
    return jsonb_build_object('obstacle', v_obstacle);
  end if;
  return jsonb_build_object('credits', bursar.bonus_of(v_code, p_credits)::text, 'lifetime_days', v_code.lifetime_days);
end $$;

create function bursar.bonus_of(p_code bursar.bonus_codes, p_credits bigint) returns bigint
language sql immutable
return coalesce(p_code.bonus_credits, greatest(1, div(p_credits::numeric * p_code.bonus_percent, 100)::bigint));

-- Why a code does not hold, as the rest of a sentence; null when it does. p_except is the order it is asked for.
create function bursar.bonus_obstacle(
  p_code bursar.bonus_codes, p_owner text, p_actor text, p_subtotal bigint, p_currency text, p_except uuid
) returns text
language plpgsql stable as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_person text := bursar.bonus_person(p_owner, p_actor);
  v_used record;
begin
  if clock_timestamp() < p_code.starts_at or clock_timestamp() >= p_code.ends_at then
    return 'is not valid at this time';
  elsif p_code.scope = (case when p_owner like 'org:%' then 'users' else 'organizations' end) then
    return case when p_owner like 'org:%' then 'is for people' else 'is for organizations' end;
  elsif p_code.minimum is not null and (p_currency <> p_code.currency or p_subtotal < p_code.minimum) then
    return format('needs an order of at least %s minor units of %s', p_code.minimum, p_code.currency);
  elsif bursar.codes_frozen(v_wallet) then
    return 'cannot be used while a payment of this wallet is being looked at';
  elsif p_code.first_purchase_only and (
    exists (select from bursar.purchases p where p.wallet_id = v_wallet and p.transaction_id is not null)
    or exists (select from bursar.bonus_redemptions r join bursar.bonus_codes c on c.id = r.code_id
      where r.wallet_id = v_wallet and r.status = 'reserved' and c.first_purchase_only and r.purchase_id is distinct from p_except)
  ) then
    return 'is only for a first purchase';
  end if;
  select count(*) as total, count(*) filter (where r.person = v_person) as person,
    count(*) filter (where r.wallet_id = v_wallet and p_owner like 'org:%') as organization
  into v_used
  from bursar.bonus_redemptions r
  where r.code_id = p_code.id and r.status <> 'released' and r.purchase_id is distinct from p_except;
  return case
    when v_used.total >= p_code.max_redemptions then 'has been used up'
    when v_used.person >= p_code.max_per_person then 'was used by this person as often as it may be'
    when v_used.organization >= p_code.max_per_organization then 'was used by this organization as often as it may be'
  end;
end $$;

-- A person is who owns the wallet, else who buys for it.
create function bursar.bonus_person(p_owner text, p_actor text) returns text
language sql immutable parallel safe
return case when p_owner like 'user:%' then p_owner when p_actor like 'user:%' then p_actor end;

-- Sets the code of an order aside. Repeated, it changes nothing. Returns why it does not hold any more, else null.
create function bursar.reserve_bonus(p_purchase uuid) returns text
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_purchase bursar.purchases;
  v_owner text;
  v_code bursar.bonus_codes;
  v_obstacle text;
begin
  select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase;
  select w.owner into strict v_owner from bursar.wallets w where w.id = v_purchase.wallet_id;
  if exists (select from bursar.bonus_redemptions r where r.purchase_id = p_purchase) then
    return null;
  end if;
  select c.* into v_code
  from bursar.bonus_codes c
  where lower(c.code) = lower(trim(v_purchase.promotion_code)) and c.disabled_at is null
  for no key update;
  if v_code.id is null then
    return 'has been disabled';
  end if;
  v_obstacle := bursar.bonus_obstacle(
    v_code, v_owner, v_purchase.actor, v_purchase.subtotal, v_purchase.currency, p_purchase);
  if v_obstacle is null then
    insert into bursar.bonus_redemptions (purchase_id, code_id, wallet_id, person, credits, created_at)
    values (p_purchase, v_code.id, v_purchase.wallet_id, bursar.bonus_person(v_owner, v_purchase.actor),
      bursar.bonus_of(v_code, v_purchase.credits), clock_timestamp())
    on conflict (purchase_id) do nothing;
  end if;
  return v_obstacle;
end $$;

-- The order ended without a payment.
create function bursar.release_bonus(p_purchase uuid) returns void
language sql as $$
  update bursar.bonus_redemptions r
  set status = 'released', settled_at = clock_timestamp()
  where r.purchase_id = p_purchase and r.status = 'reserved'
$$;

-- The order is being granted: returns what it brings beyond the credits that were bought, and when that expires. A code
-- that had been given back is taken again where its limits still allow it.
create function bursar.redeem_bonus(p_purchase uuid, p_now timestamptz, out credits bigint, out expires_at timestamptz)
language plpgsql as $$
declare
  v_redemption bursar.bonus_redemptions;
  v_purchase bursar.purchases;
  v_code bursar.bonus_codes;
begin
  credits := 0;
  select r.* into v_redemption from bursar.bonus_redemptions r where r.purchase_id = p_purchase for no key update;
  if v_redemption.purchase_id is null then
    return;
  end if;
  if v_redemption.status = 'released' then
    select c.* into strict v_code from bursar.bonus_codes c where c.id = v_redemption.code_id for no key update;
    select p.* into strict v_purchase from bursar.purchases p where p.id = p_purchase;
    if bursar.bonus_obstacle(
      v_code, (select w.owner from bursar.wallets w where w.id = v_purchase.wallet_id), v_purchase.actor,
      v_purchase.subtotal, v_purchase.currency, p_purchase) is not null
    then
      return;
    end if;
  end if;
  update bursar.bonus_redemptions r set status = 'redeemed', settled_at = p_now where r.purchase_id = p_purchase;
  credits := v_redemption.credits;
  expires_at := p_now + make_interval(days => (
    select c.lifetime_days from bursar.bonus_codes c where c.id = v_redemption.code_id));
end $$;
