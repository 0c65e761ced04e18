-- What keeps stolen cards from being tried here, and codes from those whose payments banks warn of.

create function bursar.codes_frozen(p_wallet bigint) returns boolean
language sql stable as $$
  select exists (select from bursar.payment_warnings x where x.wallet_id = p_wallet and x.cleared_at is null)
$$;

-- Whether a wallet may open another checkout: the refusal, or null. A limit that is null is none.
create function bursar.checkout_obstacle(p_wallet bigint, p_checkouts integer, p_failures integer) returns jsonb
language plpgsql stable as $$
declare
  v_since timestamptz := clock_timestamp() - interval '1 hour';
begin
  if (select count(*) from bursar.payment_failures f where f.wallet_id = p_wallet and f.created_at > v_since) >= p_failures then
    return bursar.refusal('payments_locked', format(
      '%s payments for this wallet were declined within an hour, so no checkout is opened for a while; no credits moved. Try again in an hour, or ask an operator.',
      p_failures));
  elsif (select count(*) from bursar.purchases p
    where p.wallet_id = p_wallet and p.created_at > v_since and p.transaction_id is null and p.checkout_session is not null
  ) >= p_checkouts then
    return bursar.refusal('too_many_checkouts', format(
      '%s checkouts were opened for this wallet within an hour and not paid; no credits moved. Pay one of them, or try again in an hour.',
      p_checkouts));
  end if;
  return null;
end $$;

-- A declined payment of an order, counted once. Returns how many there were within the last hour; null for nobody's.
create function bursar.record_payment_failure(p_charge text, p_owner text) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
begin
  if v_wallet is null then
    return null;
  end if;
  insert into bursar.payment_failures (charge, wallet_id, created_at) values (p_charge, v_wallet, clock_timestamp())
  on conflict (charge) do nothing;
  return (select count(*) from bursar.payment_failures f
    where f.wallet_id = v_wallet and f.created_at > clock_timestamp() - interval '1 hour');
end $$;

-- Declines older than a day say nothing any more. So many at most, the oldest first; returns how many.
create function bursar.forget_payment_failures(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_count integer;
begin
  delete from bursar.payment_failures f
  where f.charge in (
    select x.charge from bursar.payment_failures x
    where x.created_at < clock_timestamp() - interval '1 day'
    order by x.created_at limit p_limit);
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- A bank warns of the payment of an order. True the first time.
create function bursar.record_payment_warning(p_id text, p_purchase uuid, p_kind text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  insert into bursar.payment_warnings (id, wallet_id, purchase_id, kind, created_at)
  select p_id, p.wallet_id, p.id, p_kind, clock_timestamp() from bursar.purchases p where p.id = p_purchase
  on conflict (id) do nothing;
  return found;
end $$;

-- A dispute that was decided for us, or an operator's word.
create function bursar.clear_payment_warning(p_id text) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.payment_warnings x
  set cleared_at = clock_timestamp(), cleared_by = 'system:payments'
  where x.id = p_id and x.cleared_at is null
$$;

-- Returns how many there were; null for a wallet that does not exist.
create function bursar.clear_payment_warnings_of(p_owner text, p_actor text) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_count integer;
begin
  if v_wallet is null then
    return null;
  end if;
  update bursar.payment_warnings x
  set cleared_at = clock_timestamp(), cleared_by = p_actor
  where x.wallet_id = v_wallet and x.cleared_at is null;
  get diagnostics v_count = row_count;
  delete from bursar.payment_failures f where f.wallet_id = v_wallet;
  return v_count;
end $$;
