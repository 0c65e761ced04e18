-- Who may hold credits. A person or an organization and their wallet come into being together.

-- p_changes holds only what is to change: a key that is absent keeps its value, null clears it. email_unconfirmed says that
-- the person wrote the new address themselves.
create function bursar.put_user(p_id text, p_changes jsonb) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  insert into bursar.users (id, email, name, email_unconfirmed)
  values (p_id, p_changes ->> 'email', p_changes ->> 'name', coalesce((p_changes ->> 'email_unconfirmed')::boolean, false))
  on conflict (id) do nothing;
  if found then
    insert into bursar.wallets (owner) values ('user:' || p_id);
    return true;
  end if;
  update bursar.users u
  set
    email = case when p_changes ? 'email' then p_changes ->> 'email' else u.email end,
    email_unconfirmed = case
      when not p_changes ? 'email' then u.email_unconfirmed
      -- Writing the same address again confirms nothing and doubts nothing.
      when p_changes ? 'email_unconfirmed' and lower(u.email) is not distinct from lower(p_changes ->> 'email')
        then u.email_unconfirmed
      else coalesce((p_changes ->> 'email_unconfirmed')::boolean, false)
    end,
    name = case when p_changes ? 'name' then p_changes ->> 'name' else u.name end,
    updated_at = clock_timestamp()
  where u.id = p_id and u.deleted_at is null;
  return false;
end $$;

-- The owner counts only for a new organization: an address that is put again never changes who owns it.
create function bursar.put_organization(p_id text, p_name text, p_owner text, out refusal text, out created boolean)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  created := false;
  -- Whoever is being deleted waits here, or is gone.
  perform from bursar.users u where u.id = p_owner and u.deleted_at is null for share;
  if p_owner is not null and not found then
    refusal := 'unknown_user';
    return;
  end if;
  insert into bursar.organizations (id, name) values (p_id, p_name) on conflict (id) do nothing;
  created := found;
  if not created then
    update bursar.organizations o set name = p_name, updated_at = clock_timestamp() where o.id = p_id and o.deleted_at is null;
    if not found then
      refusal := 'organization_deleted';
    end if;
    return;
  end if;
  insert into bursar.wallets (owner) values ('org:' || p_id);
  insert into bursar.memberships (organization_id, user_id, role)
  select p_id, p_owner, 'owner'
  where p_owner is not null;
end $$;

create function bursar.set_organization_settings(p_id text, p_changes jsonb) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.organizations o
  set
    default_allocation = case
      when p_changes ? 'default_allocation' then (p_changes ->> 'default_allocation')::bigint
      else o.default_allocation
    end,
    seat_allocation = case
      when p_changes ? 'seat_allocation' then (p_changes ->> 'seat_allocation')::bigint
      else o.seat_allocation
    end,
    request_expiry_days = coalesce((p_changes ->> 'request_expiry_days')::integer, o.request_expiry_days),
    auto_approve_below = case
      when p_changes ? 'auto_approve_below' then (p_changes ->> 'auto_approve_below')::bigint
      else o.auto_approve_below
    end,
    auto_approve_monthly = case
      when p_changes ? 'auto_approve_monthly' then (p_changes ->> 'auto_approve_monthly')::bigint
      else o.auto_approve_monthly
    end,
    updated_at = clock_timestamp()
  where o.id = p_id and o.deleted_at is null;
  return found;
end $$;

create function bursar.set_overdraft_limit(p_owner text, p_limit bigint) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.wallets w set overdraft_limit = p_limit where w.owner = p_owner and w.closed_at is null;
  return found;
end $$;

create function bursar.set_soft_landing_limit(p_owner text, p_limit bigint) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.wallets w set soft_landing_limit = p_limit where w.owner = p_owner and w.closed_at is null;
  return found;
end $$;
