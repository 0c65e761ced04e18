-- The members who have something unspent that the organization allocated before a moment; a recall asks them all.
create function bursar.start_sweep(p_head bursar.operation_head, p_pool bigint, p_before timestamptz, p_reason text, p_now timestamptz)
returns bursar.outcome
language plpgsql as $$
declare
  v_id uuid := bursar.open_recall(p_head, p_pool, null, p_before, p_reason, p_now);
begin
  insert into bursar.recall_parts (recall_id, position, wallet_id)
  select v_id, row_number() over (order by x.wallet_id), x.wallet_id
  from (select u.wallet_id from bursar.unspent_of_members(p_pool, p_now) u where u.oldest < p_before) x;
  return bursar.frozen_recall(v_id);
end $$;

-- What each active member has unspent of what the pool allocated, held parts included.
create function bursar.unspent_of_members(p_pool bigint, p_now timestamptz) returns table (
  wallet_id bigint, owner text, unspent bigint, oldest timestamptz
)
language sql stable as $$
  select w.id, w.owner, coalesce(sum(l.remaining), 0)::bigint, min(l.created_at)
  from bursar.wallets pool
  join bursar.memberships m on m.organization_id = substr(pool.owner, 5) and m.status = 'active'
  join bursar.wallets w on w.owner = 'user:' || m.user_id
  left join bursar.lots l on l.wallet_id = w.id and not l.closed and l.allocated_by = p_pool and l.expires_at > p_now
  where pool.id = p_pool
  group by w.id, w.owner
$$;
