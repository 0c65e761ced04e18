-- What people are told, and how; and what the mark is below which a balance counts as low.

-- p_changes: [{kind, channel, muted}, …]. Which kinds there are, and which cannot be switched off, the ingress knows.
create function bursar.mute_notices(p_user text, p_changes jsonb) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  if not exists (select from bursar.users u where u.id = p_user) then
    return false;
  end if;
  perform bursar.mute_webhooks('user:' || p_user, (
    select jsonb_agg(c) from jsonb_array_elements(p_changes) c where c ->> 'channel' = 'webhook'));
  delete from bursar.muted_notices m
  using jsonb_to_recordset(p_changes) c (kind text, channel text, muted boolean)
  where m.user_id = p_user and m.kind = c.kind and m.channel = c.channel and not c.muted;
  insert into bursar.muted_notices (user_id, kind, channel)
  select distinct p_user, c.kind, c.channel
  from jsonb_to_recordset(p_changes) c (kind text, channel text, muted boolean)
  where c.muted and c.channel <> 'webhook'
  on conflict do nothing;
  return true;
end $$;

-- What the endpoints of a wallet do not hear of, whatever they chose. p_changes: [{kind, muted}, …], or null.
create function bursar.mute_webhooks(p_owner text, p_changes jsonb) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
begin
  delete from bursar.muted_webhooks m
  using jsonb_to_recordset(p_changes) c (kind text, muted boolean)
  where m.wallet_id = v_wallet and m.kind = c.kind and not c.muted;
  insert into bursar.muted_webhooks (wallet_id, kind)
  select distinct v_wallet, c.kind
  from jsonb_to_recordset(p_changes) c (kind text, muted boolean)
  where c.muted and v_wallet is not null
  on conflict do nothing;
  -- They hear something else from now on, which the auditor has to know.
  update bursar.webhook_endpoints e set updated_at = clock_timestamp()
  where e.wallet_id = v_wallet and e.status <> 'deleted' and p_changes is not null;
  return v_wallet is not null;
end $$;

create function bursar.is_muted(p_user text, p_kind text, p_channel text) returns boolean
language sql stable as $$
  select exists (
    select from bursar.muted_notices m where m.user_id = p_user and m.kind = p_kind and m.channel = p_channel
  )
$$;

-- The names of everybody a fact mentions, by owner; who has none is left out.
create function bursar.names_of(p_owner text, p_payload jsonb) returns jsonb
language sql stable as $$
  with mentioned (owner) as (
    select x.owner
    from unnest(array[p_owner, p_payload ->> 'from', p_payload ->> 'organization', p_payload ->> 'member']) x (owner)
    where x.owner is not null
  )
  select coalesce(jsonb_object_agg(n.owner, n.name), '{}')
  from (
    select 'user:' || u.id, u.name
    from bursar.users u
    where u.id in (select substr(m.owner, 6) from mentioned m where m.owner like 'user:%') and u.name is not null
    union all
    select 'org:' || o.id, o.name
    from bursar.organizations o
    where o.id in (select substr(m.owner, 5) from mentioned m where m.owner like 'org:%')
  ) n (owner, name)
$$;

-- Low is told again only after a recovery, also when the mark itself is moved; 0 never tells.
create function bursar.set_low_balance(p_owner text, p_mark bigint) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.wallets w
  set low_balance_at = p_mark, low_balance_told = w.low_balance_told and w.credits < p_mark + p_mark / 5
  where w.owner = p_owner;
  return found;
end $$;
