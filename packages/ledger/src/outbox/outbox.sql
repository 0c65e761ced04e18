-- Facts leave the ledger: the relay reads them, hands them to the queue, and marks them.

-- Their webhooks are written with the mark, so that no fact counts as handed on without them.
create function bursar.mark_relayed(p_facts bigint[]) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  select bursar.fan_out(p_facts);
  update bursar.outbox o set relayed_at = clock_timestamp() where o.id = any (p_facts)
$$;

-- Facts that everybody has been told about are dropped after a while. Looks at the next p_limit facts after p_after,
-- oldest first, and says after which to go on; null when those that follow are too young. One that was never handed
-- on stays and keeps nothing else from going.
create function bursar.forget_facts(p_older_than interval, p_after bigint, p_limit integer, out removed integer, out next bigint)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_before timestamptz := clock_timestamp() - p_older_than;
  v_seen integer;
  v_last bigint;
  v_age timestamptz;
begin
  select count(*), max(x.id), max(x.created_at) into v_seen, v_last, v_age
  from (select o.id, o.created_at from bursar.outbox o where o.id > p_after order by o.id limit p_limit) x;
  delete from bursar.outbox o where o.id > p_after and o.id <= v_last and o.relayed_at < v_before;
  get diagnostics removed = row_count;
  next := case when v_seen = p_limit and v_age < v_before then v_last end;
end $$;

-- Answers of previews that nobody came for, so many at most; returns how many.
create function bursar.forget_previews(p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_count integer;
begin
  delete from bursar.previews p
  where p.id in (
    select x.id from bursar.previews x where x.created_at < clock_timestamp() - interval '10 minutes' limit p_limit
  );
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Writes the notices of one fact, one per person, once each; returns those whose mail is still to be sent.
create function bursar.deliver_fact(p_fact bigint) returns table (
  notification uuid, kind text, user_id text, email text, name text, data jsonb, created_at timestamptz
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  -- Jobs overtake each other, so the id, which lists go by, carries the time of the fact and not of its job.
  insert into bursar.notifications (id, fact, user_id, kind, data, mail, created_at, in_app)
  select overlay(bursar.new_id()::text placing left(bursar.id_at(o.created_at)::text, 13) from 1 for 13)::uuid, o.id, r.user_id, o.kind,
    o.payload || jsonb_build_object('wallet', w.owner, 'names', bursar.names_of(w.owner, o.payload)),
    case when u.email is null or not bursar.is_mailed(o.kind) or bursar.is_muted(u.id, o.kind, 'mail') then 'none'
      else 'pending' end::bursar.mail_status,
    o.created_at, not bursar.is_muted(u.id, o.kind, 'in_app')
  from bursar.outbox o
  join bursar.wallets w on w.id = o.subject_wallet
  cross join lateral bursar.recipients_of(o.kind, w.owner, o.payload) r (user_id)
  join bursar.users u on u.id = r.user_id and u.deleted_at is null
  where o.id = p_fact
    -- Whoever asked is told of the approval, which says the same and more.
    and not (o.kind = 'credits-received' and o.payload ->> 'cause' in ('credit_request', 'credit_request_approval'))
  order by r.user_id
  on conflict on constraint notifications_fact_user_id_key do nothing;
  return query
    select n.id, n.kind, n.user_id, u.email, u.name, n.data, n.created_at
    from bursar.notifications n
    join bursar.users u on u.id = n.user_id
    where n.fact = p_fact and n.mail = 'pending' and u.email is not null
    order by n.user_id;
end $$;

-- A person is told about their own wallet, and about a budget that limits them; the owners and administrators about
-- what concerns the organization's pool. That a hold ran out concerns the product that placed it, and no person; what Stripe
-- reports about an order of somebody who was deleted concerns operators; an invitation is for somebody who may be nobody here yet, and has a mail of its own.
create function bursar.recipients_of(p_kind text, p_owner text, p_payload jsonb) returns setof text
language sql stable as $$
  select substr(p_owner, 6)
  where p_owner like 'user:%' and p_kind not in ('hold-expired', 'topup-requested', 'purchase-needs-review')
  union
  select substr(p_payload ->> 'member', 6) where p_kind = 'budget-alert' and p_payload ? 'member'
  union
  select m.user_id
  from bursar.memberships m
  where 'org:' || m.organization_id = p_owner and m.role in ('owner', 'admin') and m.status = 'active'
    and not bursar.is_for_machines(p_kind)
$$;

-- What programs follow by webhook and nobody wants to be written to about.
create function bursar.is_for_machines(p_kind text) returns boolean
language sql immutable parallel safe
return p_kind in ('hold-expired', 'invitation-sent', 'request-cancelled', 'allocation-completed',
  'member-joined', 'member-suspended', 'member-reinstated', 'topup-requested', 'organization-deleted',
  'purchase-needs-review');

-- What brought a balance back up has a mail of its own.
create function bursar.is_mailed(p_kind text) returns boolean
language sql immutable parallel safe
return p_kind <> 'balance-recovered';

create function bursar.mark_mailed(p_notification uuid) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.notifications n set mail = 'sent' where n.id = p_notification
$$;

-- Warns, once per lot and horizon, about credits that will expire within the given days.
create function bursar.warn_expiring(p_days integer, p_limit integer) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_count integer;
begin
  with due as (
    select l.id, l.wallet_id, l.remaining - l.held as amount, l.expires_at
    from bursar.lots l
    where not l.closed and l.remaining > l.held and l.kind <> 'subscription'
      and l.expires_at > clock_timestamp() and l.expires_at <= clock_timestamp() + make_interval(days => p_days)
      and l.created_at < l.expires_at - make_interval(days => p_days)
      and not exists (select from bursar.expiry_warnings x where x.lot_id = l.id and x.days <= p_days)
    order by l.expires_at
    limit p_limit
  ), remembered as (
    insert into bursar.expiry_warnings (lot_id, days) select d.id, p_days from due d
    on conflict do nothing
    returning lot_id
  ), told as (
    insert into bursar.outbox (kind, subject_wallet, payload)
    select 'credits-expiring', d.wallet_id, jsonb_build_object(
      'amount', bursar.credits_text(sum(d.amount)::bigint), 'days', p_days,
      'first_expires_at', bursar.instant_text(min(d.expires_at)))
    from due d
    join remembered r on r.lot_id = d.id
    group by d.wallet_id
  )
  select count(*) into v_count from remembered;
  return v_count;
end $$;

create function bursar.store_preview(p_id uuid, p_status bursar.operation_status, p_result jsonb, p_error jsonb) returns void
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  insert into bursar.previews (id, status, result, error) values (p_id, p_status, p_result, p_error)
  on conflict (id) do nothing;
  perform pg_notify('bursar_operations', '');
end $$;
