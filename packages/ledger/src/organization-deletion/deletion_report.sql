-- What deleting an organization means, money first. All amounts are decimal text; `blockers` says what is in the way and
-- what to do about it. Reads only; who wants it to stay true has locked the pool.
create function bursar.organization_deletion_report(p_id text, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = bursar, pg_temp
as $$
  with organization as (
    select o.id, o.name, w.id as pool, w.owed, w.held
    from bursar.organizations o
    join bursar.wallets w on w.owner = 'org:' || o.id
    where o.id = p_id and o.deleted_at is null
  ), facts as materialized (
    select o.*, bursar.unsettled_of_pool(o.id, o.pool, p_now) as unsettled
    from organization o
  )
  select jsonb_build_object(
    'organization', 'org:' || f.id,
    'name', f.name,
    'pool', bursar.pool_by_lots(f.pool, p_now),
    'owed', bursar.credits_text(f.owed),
    'members', bursar.allocated_to_members(f.id, f.pool, p_now),
    'ending', bursar.ending_with_organization(f.id, f.pool))
    || f.unsettled
    || jsonb_build_object('blockers', bursar.deletion_blockers(f.owed, f.unsettled))
  from facts f
$$;

-- What the pool has, held and future credits included, by kind and expiry; the first hundred of these, soonest first.
create function bursar.pool_by_lots(p_pool bigint, p_now timestamptz) returns jsonb
language sql stable as $$
  with part as (
    select l.kind, l.expires_at, sum(l.remaining)::bigint as amount
    from bursar.lots l
    where l.wallet_id = p_pool and not l.closed and l.expires_at > p_now
    group by l.kind, l.expires_at
  )
  select jsonb_build_object(
    'amount', bursar.credits_text(coalesce(sum(p.amount), 0)::bigint),
    'by_kind', (
      select coalesce(jsonb_object_agg(k.kind, bursar.credits_text(k.amount)), '{}')
      from (select x.kind, sum(x.amount)::bigint as amount from part x group by x.kind) k
    ),
    'lots', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', x.kind,
        'expires_at', bursar.instant_text(nullif(x.expires_at, 'infinity')),
        'amount', bursar.credits_text(x.amount)) order by x.expires_at, x.kind), '[]')
      from (select * from part order by expires_at, kind limit 100) x
    ))
  from part p
$$;

-- What is under way and must come to its end first.
create function bursar.unsettled_of_pool(p_id text, p_pool bigint, p_now timestamptz) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'open_holds', (
      select jsonb_build_object('count', count(*),
        'amount', bursar.credits_text(coalesce(sum(greatest(h.amount - h.captured, 0)), 0)::bigint))
      from bursar.holds h where h.wallet_id = p_pool and h.status = 'open'),
    'running_allocations', (
      select count(*) from bursar.allocations a where a.wallet_id = p_pool and a.status = 'running'),
    'running_recalls', (
      select count(*) from bursar.recalls r where r.wallet_id = p_pool and r.status = 'running'),
    'open_purchases', (
      select count(*) from bursar.purchases p where p.wallet_id = p_pool and p.status = 'awaiting_payment'),
    'subscriptions', (
      select count(*) from bursar.subscriptions s
      where s.wallet_id = p_pool and (bursar.goes_on(s.status) or s.status = 'awaiting_payment')),
    'saved_cards', (
      select count(*) from bursar.payment_methods m where m.wallet_id = p_pool and m.detached_at is null),
    'suspended_members', (
      select count(*) from bursar.memberships m where m.organization_id = p_id and m.status = 'suspended'))
$$;

-- What members keep: unspent credits that this organization allocated. Who was removed has only what is still held.
create function bursar.allocated_to_members(p_id text, p_pool bigint, p_now timestamptz) returns jsonb
language sql stable as $$
  with keeper as (
    select m.status, coalesce(sum(l.remaining), 0)::bigint as amount, coalesce(sum(l.held), 0)::bigint as held
    from bursar.memberships m
    join bursar.wallets w on w.owner = 'user:' || m.user_id
    left join bursar.lots l on l.wallet_id = w.id and not l.closed and l.allocated_by = p_pool and l.expires_at > p_now
    where m.organization_id = p_id
    group by m.user_id, m.status
  )
  select jsonb_build_object(
    'count', count(*) filter (where k.status <> 'removed'),
    'with_credits', count(*) filter (where k.status <> 'removed' and k.amount > 0),
    'amount', bursar.credits_text(coalesce(sum(k.amount) filter (where k.status <> 'removed'), 0)::bigint),
    'held', bursar.credits_text(coalesce(sum(k.held) filter (where k.status <> 'removed'), 0)::bigint),
    'held_by_former', bursar.credits_text(coalesce(sum(k.held) filter (where k.status = 'removed'), 0)::bigint))
  from keeper k
$$;

-- What ends with it, and moves no credits.
create function bursar.ending_with_organization(p_id text, p_pool bigint) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'pending_requests', (
      select jsonb_build_object('count', count(*), 'amount', bursar.credits_text(coalesce(sum(r.amount), 0)::bigint))
      from bursar.credit_requests r where r.organization_id = p_id and r.status = 'pending'),
    'delayed_credits', (
      select jsonb_build_object('count', count(*), 'amount', bursar.credits_text(coalesce(sum(e.amount), 0)::bigint))
      from bursar.entitlements e where e.organization_id = p_id and e.status = 'delayed'),
    'seats', (select count(*) from bursar.seats s where s.organization_id = p_id and s.status = 'assigned'),
    'rules', (select count(*) from bursar.rules r where r.organization_id = p_id),
    'budgets', (select count(*) from bursar.budgets b where b.wallet_id = p_pool and b.ended_at = 'infinity'),
    'invitations', (select count(*) from bursar.invitations i where i.organization_id = p_id and i.status = 'pending'),
    'api_keys', (select count(*) from bursar.api_keys k where k.organization_id = p_id and k.revoked_at is null),
    'webhooks', (
      select count(*) from bursar.webhook_endpoints e where e.wallet_id = p_pool and e.status <> 'deleted'))
$$;

create function bursar.deletion_blockers(p_owed bigint, p_unsettled jsonb) returns jsonb
language sql immutable as $$
  select coalesce(jsonb_agg(jsonb_build_object('code', b.code, 'detail', b.detail) order by b.ord), '[]')
  from (values
    (1, p_owed > 0, 'owed',
      format('The pool owes %s credits. Buy or transfer credits to it; they pay what is owed first.', bursar.credits_text(p_owed))),
    (2, p_unsettled -> 'open_holds' ->> 'count' <> '0', 'open_holds',
      'Holds on the pool are open. Capture or release them, or wait until they end.'),
    (3, p_unsettled ->> 'running_allocations' <> '0', 'running_allocations',
      'Credits are being handed out. Wait until the allocation has completed.'),
    (4, p_unsettled ->> 'running_recalls' <> '0', 'running_recalls',
      'Credits are being taken back. Wait until that has completed.'),
    (5, p_unsettled ->> 'open_purchases' <> '0', 'open_purchases',
      'Orders await payment, or their money is on its way. Pay or cancel them, or wait for the outcome.'),
    (6, p_unsettled ->> 'suspended_members' <> '0', 'suspended_members',
      'Members are suspended and what they were allocated is frozen. Reinstate them to let them keep it, or remove them to take it back.')
  ) b (ord, applies, code, detail)
  where b.applies
$$;
