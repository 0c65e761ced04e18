-- Ids, amounts and refusals, as the outside spells them.

-- Time-ordered UUIDs (version 7). PostgreSQL 18 makes them itself; older servers get an equal.
do $$
begin
  if current_setting('server_version_num')::integer >= 180000 then
    create function bursar.new_id() returns uuid language sql volatile return uuidv7();
  else
    create function bursar.new_id() returns uuid language sql volatile as $new_id$
      select encode(
        set_bit(set_bit(
          overlay(uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
          52, 1), 53, 1), 'hex')::uuid
    $new_id$;
  end if;
end $$;

-- Micro-credits as the canonical decimal string.
create function bursar.credits_text(p_micro bigint) returns text
language sql immutable strict parallel safe
return trim_scale(p_micro * 0.000001)::text;

-- A public id: the prefix and the UUID in Crockford base32 (a TypeID).
create function bursar.public_id(p_prefix text, p_id uuid) returns text
language sql immutable strict parallel safe
as $$
  select p_prefix || '_' || string_agg(
    substr('0123456789abcdefghjkmnpqrstvwxyz', substring(b.bits from i * 5 + 1 for 5)::integer + 1, 1), '' order by i)
  from (select b'00' || ('x' || replace(p_id::text, '-', ''))::bit(128) as bits) b, generate_series(0, 25) i
$$;

-- A business refusal, with what helps the caller to mend it.
create function bursar.refusal(
  p_code text, p_detail text, p_required bigint default null, p_available bigint default null, p_subjects text[] default null
) returns jsonb
language sql immutable
return jsonb_strip_nulls(jsonb_build_object(
  'code', p_code,
  'detail', p_detail,
  'required', bursar.credits_text(p_required),
  'available', bursar.credits_text(p_available),
  'subjects', to_jsonb(p_subjects)
));

create function bursar.insufficient(p_required bigint, p_available bigint) returns jsonb
language sql immutable
return bursar.refusal(
  'insufficient_credits',
  format('%s credits are needed and %s are available; no credits moved. Buy or allocate credits, or ask for less.',
    bursar.credits_text(p_required), bursar.credits_text(p_available)),
  p_required, p_available
);

create function bursar.wallet_missing(p_owner text) returns jsonb
language sql immutable
return bursar.refusal(
  'wallet_not_found',
  format('There is no wallet %s; no credits moved. Create its user or organization first.', p_owner),
  null, null, array[p_owner]
);

-- No wallet may come near the end of bigint: four million million credits.
create function bursar.balance_limit() returns bigint
language sql immutable parallel safe
return 4000000000000000000;

create function bursar.balance_full(p_owner text) returns jsonb
language sql immutable
return bursar.refusal(
  'balance_limit_reached',
  format('The wallet %s would hold more than %s credits; no credits moved.',
    p_owner, bursar.credits_text(bursar.balance_limit())));

-- How an amount came about, as jobs carry it; null when nothing was rated.
create function bursar.pricing_facts(p_pricing bursar.pricing) returns jsonb
language sql immutable parallel safe
return case when (p_pricing).price is not null then jsonb_build_object(
  'price', (p_pricing).price, 'version', (p_pricing).version, 'quantity', (p_pricing).quantity::text) end;

-- The same as the outside spells it: quantities are written like credits, with six decimals at most.
create function bursar.pricing_summary(p_price text, p_version integer, p_quantity bigint) returns jsonb
language sql immutable parallel safe
return case when p_price is not null then jsonb_build_object(
  'price', p_price, 'version', p_version, 'quantity', bursar.credits_text(p_quantity)) end;
