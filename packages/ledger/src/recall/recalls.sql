-- Taking back from many: what an allocation gave and its recipients have not spent, or what members left unspent.
-- Like an allocation it freezes whom it asks, then goes from member to member and is resumed after a crash. Each lot
-- goes home as it was in the pool: kind, expiry, cost basis. What is held stays where it is.

-- Undoes a finished allocation. Returns `pending` with the recall's id as result.
create function bursar.undo_allocation(p_head bursar.operation_head, p_allocation uuid, p_reason text) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_allocation bursar.allocations;
  v_now timestamptz;
  v_error jsonb;
  v_id uuid;
begin
  select a.* into v_allocation from bursar.allocations a where a.id = p_allocation;
  v_now := bursar.lock_wallets(array[v_allocation.wallet_id]);
  if not bursar.claim_operation(p_head) then
    return bursar.unfinished_outcome(p_head);
  end if;
  -- Under the lock: it may have been finished meanwhile.
  select a.* into v_allocation from bursar.allocations a where a.id = p_allocation;
  if v_allocation.id is null then
    return bursar.reject(p_head, bursar.refusal('not_found', 'There is no such allocation; no credits moved.'));
  elsif v_allocation.status = 'running' then
    return bursar.reject(p_head, bursar.refusal('allocation_running',
      'The allocation is still being handed out; no credits moved. Undo it under a new key when it is done.'));
  end if;
  v_error := bursar.refuse_closed(array[v_allocation.wallet_id]);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  v_id := bursar.open_recall(p_head, v_allocation.wallet_id, p_allocation, null, p_reason, v_now);
  insert into bursar.recall_parts (recall_id, position, wallet_id, source)
  select v_id, p.position, p.wallet_id, p.transaction_id
  from bursar.allocation_parts p
  where p.allocation_id = p_allocation;
  return bursar.frozen_recall(v_id);
end $$;

create function bursar.open_recall(
  p_head bursar.operation_head, p_pool bigint, p_allocation uuid, p_before timestamptz, p_reason text, p_now timestamptz
) returns uuid
language plpgsql as $$
declare
  v_id uuid := bursar.new_id();
begin
  insert into bursar.recalls (id, wallet_id, allocation_id, created_before, members, reason, actor, operation, created_at)
  values (v_id, p_pool, p_allocation, p_before, 0, p_reason, p_head.actor, p_head.key, p_now);
  return v_id;
end $$;

-- Once its members are written they do not change any more.
create function bursar.frozen_recall(p_recall uuid) returns bursar.outcome
language plpgsql as $$
declare
  v_recall bursar.recalls;
begin
  update bursar.recalls r
  set members = (select count(*) from bursar.recall_parts p where p.recall_id = p_recall)
  where r.id = p_recall
  returning r.* into strict v_recall;
  update bursar.operations o
  set progress = jsonb_build_object('done', 0, 'total', v_recall.members)
  where o.key = v_recall.operation;
  return row('pending', jsonb_build_object('recall', p_recall), null)::bursar.outcome;
end $$;

-- Asks the next p_limit members. Locks only the pool and these members.
create function bursar.continue_recall(p_recall uuid, p_limit integer) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
-- Its plans are made when the first members are asked, and must be right for the last ones.
set enable_seqscan = off
as $$
declare
  v_recall bursar.recalls;
  v_until integer;
  v_wallets bigint[];
  v_done integer;
  v_now timestamptz;
  v_gifts bursar.gift[];
  v_details bursar.details;
begin
  select r.* into strict v_recall from bursar.recalls r where r.id = p_recall;
  v_done := v_recall.done;
  v_until := v_done + p_limit;
  select array_agg(p.wallet_id) into v_wallets
  from bursar.recall_parts p
  where p.recall_id = p_recall and p.position > v_done and p.position <= v_until;
  v_now := bursar.lock_wallets(array_append(coalesce(v_wallets, '{}'), v_recall.wallet_id));
  -- Read again under the lock: a second worker may have asked these members meanwhile; then others are next.
  select r.* into strict v_recall from bursar.recalls r where r.id = p_recall;
  if v_recall.done <> v_done then
    return row('pending', jsonb_build_object('recall', p_recall), null)::bursar.outcome;
  end if;
  v_gifts := bursar.unspent_parts(v_recall, v_until, v_now);
  update bursar.lots l
  set remaining = l.remaining - g.amount, closed = (l.remaining = g.amount)
  from unnest(v_gifts) g
  where l.id = g.lot_id;
  v_details := row(v_recall.operation, v_recall.actor, null, null, null, null, v_recall.reason, null, null, null)::bursar.details;
  perform bursar.give_set(v_gifts, v_now, 'return', v_details);
  perform bursar.tell_givers(v_gifts, v_details);
  perform bursar.note_parts(v_recall, v_until, v_gifts, v_now);
  return bursar.advance_recall(v_recall, v_until, v_now);
end $$;

-- The lots of the members who are asked now: what the undone transaction gave, or what was allocated long enough ago.
create function bursar.recalled_lots(p_recall bursar.recalls, p_until integer, p_now timestamptz) returns table (
  number integer, lot_id uuid, wallet_id bigint, free bigint, held bigint, place bigint
)
language sql stable as $$
  select p.position, l.id, l.wallet_id, l.remaining - l.held, l.held,
    row_number() over (order by p.position, l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id)
  from bursar.recall_parts p
  join bursar.lots l on l.wallet_id = p.wallet_id and not l.closed and l.expires_at > p_now
    and l.allocated_by = p_recall.wallet_id
    and case when p.source is null then l.created_at < p_recall.created_before else l.transaction_id = p.source end
  where p.recall_id = p_recall.id and p.position > p_recall.done and p.position <= p_until
$$;

create function bursar.unspent_parts(p_recall bursar.recalls, p_until integer, p_now timestamptz) returns bursar.gift[]
language sql volatile as $$
  with lot as materialized (
    select x.* from bursar.recalled_lots(p_recall, p_until, p_now) x where x.free > 0
  ), transaction as materialized (
    select t.number, bursar.new_id() as id from (select distinct x.number from lot x order by x.number) t
  )
  select coalesce(array_agg(row(x.number, t.id, x.wallet_id, p_recall.wallet_id, x.lot_id, x.free)::bursar.gift order by x.place), '{}')
  from lot x
  join transaction t on t.number = x.number
$$;

-- Everybody from whom credits went back is told so; the pool's administrators hear of the whole, once.
create function bursar.tell_givers(p_gifts bursar.gift[], p_details bursar.details) returns void
language sql as $$
  insert into bursar.outbox (kind, subject_wallet, payload)
  select 'credits-taken-back', g.from_wallet, jsonb_strip_nulls(jsonb_build_object(
    'amount', bursar.credits_text(sum(g.amount)::bigint), 'organization', pool.owner, 'reason', p_details.reason,
    'transaction', bursar.public_id('txn', g.transaction_id)))
  from unnest(p_gifts) g
  join bursar.wallets pool on pool.id = g.to_wallet
  group by g.number, g.from_wallet, g.transaction_id, pool.owner
  order by g.number
$$;

-- What came back from each of the members who were asked now, and what they hold.
create function bursar.note_parts(p_recall bursar.recalls, p_until integer, p_gifts bursar.gift[], p_now timestamptz) returns void
language sql as $$
  with given as materialized (
    select g.number, g.transaction_id, sum(g.amount)::bigint as amount
    from unnest(p_gifts) g
    group by g.number, g.transaction_id
  ), kept as materialized (
    select x.number, sum(x.held)::bigint as held
    from bursar.recalled_lots(p_recall, p_until, p_now) x
    group by x.number
  ), asked as materialized (
    select n.number, g.transaction_id, coalesce(g.amount, 0) as amount, coalesce(k.held, 0) as held
    from generate_series(p_recall.done + 1, p_until) n (number)
    left join given g on g.number = n.number
    left join kept k on k.number = n.number
  )
  update bursar.recall_parts p
  set returned = a.amount, held = a.held, transaction_id = a.transaction_id
  from asked a
  where p.recall_id = p_recall.id and p.position = a.number
$$;

create function bursar.advance_recall(p_recall bursar.recalls, p_until integer, p_now timestamptz) returns bursar.outcome
language plpgsql as $$
declare
  v_recall bursar.recalls;
  v_head bursar.operation_head;
begin
  update bursar.recalls r
  set done = r.done + a.members, returned = r.returned + a.returned, held = r.held + a.held,
    status = case when r.done + a.members = r.members then 'completed' else 'running' end::bursar.allocation_status,
    completed_at = case when r.done + a.members = r.members then coalesce(r.completed_at, p_now) end
  from (
    select count(*)::integer as members, coalesce(sum(p.returned), 0)::bigint as returned, coalesce(sum(p.held), 0)::bigint as held
    from bursar.recall_parts p
    where p.recall_id = p_recall.id and p.position > p_recall.done and p.position <= p_until
  ) a
  where r.id = p_recall.id
  returning r.* into strict v_recall;
  update bursar.operations o
  set progress = jsonb_build_object('done', v_recall.done, 'total', v_recall.members)
  where o.key = v_recall.operation;
  if v_recall.status = 'running' then
    perform pg_notify('bursar_operations', '');
    return row('pending', jsonb_build_object('recall', v_recall.id), null)::bursar.outcome;
  end if;
  perform bursar.record_fact('credits-recalled', v_recall.wallet_id, bursar.recall_summary(v_recall))
  where v_recall.returned > 0 and p_recall.status = 'running';
  v_head.key := v_recall.operation;
  return bursar.succeed(v_head, p_now, null, jsonb_build_object(
    case when v_recall.allocation_id is null then 'sweep' else 'undo' end, bursar.recall_summary(v_recall)));
end $$;

-- `held` stays with its holders until their holds end; the rest of what is missing was spent, moved on, or expired.
-- The first hundred members from whom anything came back, or could not, are named; the list has all of them.
create function bursar.recall_summary(p_recall bursar.recalls) returns jsonb
language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'allocation', bursar.public_id('alc', p_recall.allocation_id),
    'members', p_recall.members,
    'returned', bursar.credits_text(p_recall.returned),
    'held', bursar.credits_text(p_recall.held),
    'reason', p_recall.reason,
    'recipients', (
      select coalesce(jsonb_agg(jsonb_build_object('user', x.owner, 'returned', bursar.credits_text(x.returned),
        'held', bursar.credits_text(x.held)) order by x.position), '[]')
      from (
        select p.position, w.owner, p.returned, p.held
        from bursar.recall_parts p
        join bursar.wallets w on w.id = p.wallet_id
        where p.recall_id = p_recall.id and (p.returned > 0 or p.held > 0)
        order by p.position limit 100
      ) x)))
$$;

-- What a recall that was only tried would do: of each of its members what would come back now, what is held, and what of
-- the gift is gone: spent, moved on, expired or taken back before. By the selection that asking them uses; nobody but the pool is locked, and nothing is moved. Sums are
-- of all, the first thousand are named.
create function bursar.recall_preview(p_recall uuid) returns jsonb
language sql stable security definer set search_path = bursar, pg_temp
as $$
  with recall as materialized (
    select r as recall from bursar.recalls r where r.id = p_recall
  ), lot as materialized (
    select x.number, sum(x.free)::bigint as free, sum(x.held)::bigint as held
    from recall r
    cross join lateral bursar.recalled_lots(r.recall, (r.recall).members, clock_timestamp()) x
    group by x.number
  ), asked as materialized (
    select p.position, w.owner, coalesce(a.amount, h.amount_per_recipient) as given,
      coalesce(l.free, 0) as free, coalesce(l.held, 0) as held
    from recall r
    join bursar.recall_parts p on p.recall_id = p_recall
    join bursar.wallets w on w.id = p.wallet_id
    join bursar.allocations h on h.id = (r.recall).allocation_id
    join bursar.allocation_parts a on a.allocation_id = h.id and a.position = p.position
    left join lot l on l.number = p.position
  )
  select jsonb_build_object('undo', jsonb_strip_nulls(jsonb_build_object(
    'allocation', bursar.public_id('alc', (select (r.recall).allocation_id from recall r)),
    'members', count(*),
    'members_returning', count(*) filter (where a.free > 0),
    'members_holding', count(*) filter (where a.held > 0),
    'allocated', bursar.credits_text(coalesce(sum(a.given), 0)::bigint),
    'returned', bursar.credits_text(coalesce(sum(a.free), 0)::bigint),
    'held', bursar.credits_text(coalesce(sum(a.held), 0)::bigint),
    'gone', bursar.credits_text(coalesce(sum(a.given - a.free - a.held), 0)::bigint),
    'recipients', (
      select coalesce(jsonb_agg(jsonb_build_object('user', x.owner, 'allocated', bursar.credits_text(x.given),
        'returned', bursar.credits_text(x.free), 'held', bursar.credits_text(x.held),
        'gone', bursar.credits_text(x.given - x.free - x.held)) order by x.position), '[]')
      from (select y.* from asked y order by y.position limit 1000) x
    ))))
  from asked a
$$;
