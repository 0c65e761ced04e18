-- Keys of callers. Only keyed hashes arrive here; the pepper never enters the database.

-- Never an operator's: whoever takes over the ingress cannot make themselves one. Null when there is no such organization.
create function bursar.insert_api_key(
  p_name text, p_hash bytea, p_last_four text, p_scopes text[], p_rate_limit jsonb, p_organization text,
  p_reaches_members boolean, p_expires_at timestamptz
) returns bursar.api_keys
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_key bursar.api_keys;
begin
  -- Whoever deletes the organization finds this key, or this finds no organization.
  perform from bursar.organizations o where o.id = p_organization and o.deleted_at is null for share;
  if p_organization is not null and not found then
    return null;
  end if;
  insert into bursar.api_keys (id, name, hash, last_four, scopes, rate_limit, organization_id, reaches_members, expires_at)
  values (bursar.new_id(), p_name, p_hash, p_last_four, p_scopes, p_rate_limit, p_organization, p_reaches_members, p_expires_at)
  returning * into v_key;
  return v_key;
end $$;

-- Seen in use a moment ago. Gathered by each ingress, so that no request writes for it.
create function bursar.touch_api_keys(p_ids uuid[]) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.api_keys k set last_used_at = clock_timestamp()
  where k.id in (select t.id from bursar.api_keys t where t.id = any (p_ids) order by t.id for no key update)
$$;

-- Of a product, for the same reason. The key before stays valid for the overlap, so that its holders can change over one by one.
create function bursar.rotate_api_key(p_id uuid, p_hash bytea, p_last_four text, p_overlap interval) returns bursar.api_keys
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.api_keys k
  set
    previous_hash = k.hash,
    previous_valid_until = clock_timestamp() + p_overlap,
    hash = p_hash,
    last_four = p_last_four
  where k.id = p_id and k.revoked_at is null and not k.operator
  returning k.*
$$;

-- Null: the installation's limits count again.
create function bursar.set_rate_limit(p_id uuid, p_rate_limit jsonb) returns bursar.api_keys
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.api_keys k set rate_limit = p_rate_limit
  where k.id = p_id and k.revoked_at is null
  returning k.*
$$;

create function bursar.revoke_api_key(p_id uuid) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.api_keys k set revoked_at = coalesce(k.revoked_at, clock_timestamp()) where k.id = p_id;
  return found;
end $$;

-- The first operator's key, given by the settings at boot: exactly this value works under this name.
create function bursar.upsert_operator_key(p_hash bytea, p_last_four text, p_name text) returns uuid
language plpgsql set search_path = bursar, pg_temp
as $$
declare
  v_id uuid;
begin
  -- Several processes may boot at once with the same new key.
  perform pg_advisory_xact_lock(hashtextextended('bursar.upsert_operator_key', 0));
  select k.id into v_id
  from bursar.api_keys k
  where k.hash = p_hash or (k.operator and k.name = p_name)
  order by k.hash = p_hash desc, k.id
  limit 1
  for no key update;
  if v_id is null then
    insert into bursar.api_keys (id, name, hash, last_four, operator, scopes)
    values (bursar.new_id(), p_name, p_hash, p_last_four, true, '{}')
    returning id into v_id;
    return v_id;
  end if;
  update bursar.api_keys k
  set
    name = p_name,
    hash = p_hash,
    last_four = p_last_four,
    operator = true,
    previous_hash = null,
    previous_valid_until = null,
    revoked_at = null
  where k.id = v_id;
  return v_id;
end $$;
