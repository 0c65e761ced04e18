-- Who belongs to an organization. Every function here locks the pool's and the person's wallet first: the pool's
-- lock serialises all that counts owners (removal takes it too), the person's all that freezes credits.

create function bursar.has_other_owner(p_organization text, p_user text) returns boolean
language sql stable as $$
  select exists (
    select from bursar.memberships m
    where m.organization_id = p_organization and m.user_id <> p_user and m.role = 'owner' and m.status = 'active'
  )
$$;

-- welcome: the default allocation is to be asked for. It stays true when the call that made the member is repeated
-- within an hour, because whoever made the first call may have died before asking; asking twice has one effect.
create function bursar.put_member(
  p_organization text, p_user text, p_role bursar.member_role, out refusal text, out created boolean, out welcome boolean
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id('org:' || p_organization);
  v_wallet bigint := bursar.wallet_id('user:' || p_user);
  v_before bursar.memberships;
  v_now timestamptz;
  v_default bigint;
begin
  refusal := case when v_pool is null then 'unknown_organization' when v_wallet is null then 'unknown_user' end;
  if refusal is not null then
    return;
  end if;
  v_now := bursar.lock_wallets(array[v_pool, v_wallet]);
  if exists (select from bursar.users u where u.id = p_user and u.deleted_at is not null) then
    refusal := 'unknown_user';
    return;
  end if;
  if bursar.is_closed(v_pool) then
    refusal := 'unknown_organization';
    return;
  end if;
  select m.* into v_before
  from bursar.memberships m
  where m.organization_id = p_organization and m.user_id = p_user
  for no key update;
  select o.default_allocation into strict v_default from bursar.organizations o where o.id = p_organization;

  if v_before.role = 'owner' and v_before.status = 'active' and p_role <> 'owner'
    and not bursar.has_other_owner(p_organization, p_user) then
    refusal := 'last_owner';
    return;
  end if;

  created := v_before.user_id is null or v_before.status = 'removed';
  welcome := (v_before.user_id is null and v_default is not null)
    or (v_before.status = 'active' and v_before.role = p_role
      and coalesce(v_before.welcomed_at > v_now - interval '1 hour', false) and v_default is not null);
  insert into bursar.memberships (organization_id, user_id, role, joined_at, welcomed_at)
  values (p_organization, p_user, p_role, v_now, case when welcome then v_now end)
  on conflict (organization_id, user_id) do update
  set
    role = excluded.role,
    status = case when created then 'active' else memberships.status end,
    joined_at = case when created then excluded.joined_at else memberships.joined_at end;
  perform bursar.tell_of_member('member-joined', p_organization, p_user) where created;
end $$;

-- For those who follow the organization by webhook; no person is written to about it.
create function bursar.tell_of_member(p_kind text, p_organization text, p_user text) returns void
language sql as $$
  select bursar.record_fact(p_kind, bursar.wallet_id('org:' || p_organization), jsonb_build_object(
    'organization', 'org:' || p_organization, 'member', 'user:' || p_user))
$$;

-- While suspended, what this organization allocated to the person is frozen.
create function bursar.suspend_member(p_organization text, p_user text, out refusal text, out changed boolean)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id('org:' || p_organization);
  v_wallet bigint := bursar.wallet_id('user:' || p_user);
  v_before bursar.memberships;
begin
  perform bursar.lock_wallets(array[v_pool, v_wallet]);
  select m.* into v_before
  from bursar.memberships m
  where m.organization_id = p_organization and m.user_id = p_user
  for no key update;
  refusal := case
    when v_before.user_id is null or v_before.status = 'removed' then 'not_a_member'
    when v_before.status = 'active' and v_before.role = 'owner'
      and not bursar.has_other_owner(p_organization, p_user) then 'last_owner'
  end;
  changed := refusal is null and v_before.status = 'active';
  if not changed then
    return;
  end if;
  update bursar.memberships m set status = 'suspended' where m.organization_id = p_organization and m.user_id = p_user;
  update bursar.wallets w
  set frozen_by = array_append(array_remove(w.frozen_by, v_pool), v_pool)
  where w.id = v_wallet;
  perform bursar.tell_of_member('member-suspended', p_organization, p_user);
end $$;

-- What thaws pays what the person owes before it can be spent.
create function bursar.reinstate_member(p_organization text, p_user text, out refusal text, out changed boolean)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id('org:' || p_organization);
  v_wallet bigint := bursar.wallet_id('user:' || p_user);
  v_now timestamptz := bursar.lock_wallets(array[v_pool, v_wallet]);
  v_status bursar.member_status;
begin
  select m.status into v_status
  from bursar.memberships m
  where m.organization_id = p_organization and m.user_id = p_user
  for no key update;
  refusal := case when coalesce(v_status, 'removed') = 'removed' then 'not_a_member' end;
  changed := refusal is null and v_status = 'suspended';
  if not changed then
    return;
  end if;
  update bursar.memberships m set status = 'active' where m.organization_id = p_organization and m.user_id = p_user;
  update bursar.wallets w
  set frozen_by = nullif(array_remove(w.frozen_by, v_pool), '{}')
  where w.id = v_wallet;
  perform bursar.bring_up_to_date(array[v_wallet], v_now);
  perform bursar.tell_of_member('member-reinstated', p_organization, p_user);
end $$;
