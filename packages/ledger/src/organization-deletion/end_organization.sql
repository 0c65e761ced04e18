-- What ends with an organization, as sets: it may have a hundred thousand members. The pool, its gate and the
-- organization's row are locked, and the pool is empty.
create function bursar.end_organization(p_id text, p_pool bigint, p_head bursar.operation_head, p_now timestamptz) returns void
language plpgsql as $$
begin
  perform bursar.end_promises(p_id, p_pool, p_head.actor, p_now);
  perform bursar.end_memberships(p_id, p_pool, p_now);
  delete from bursar.rules r where r.organization_id = p_id;
  update bursar.rule_runs x set status = 'missed' where x.organization_id = p_id and x.status = 'delayed';
  update bursar.budgets b set ended_at = p_now where b.wallet_id = p_pool and b.ended_at = 'infinity';
  update bursar.invitations i set status = 'revoked', closed_at = p_now where i.organization_id = p_id and i.status = 'pending';
  update bursar.api_keys k set revoked_at = p_now where k.organization_id = p_id and k.revoked_at is null;
  perform bursar.delete_webhook(e.id)
  from bursar.webhook_endpoints e
  where e.wallet_id = p_pool and e.status <> 'deleted';
  update bursar.organizations o set deleted_at = p_now, deletion = p_head.key, updated_at = p_now where o.id = p_id;
  perform bursar.stop_auto_top_up(p_pool, p_now);
  perform bursar.leave_stripe(p_pool);
  perform bursar.close_wallet(p_pool, p_now);
  -- Whoever follows the whole installation is told; the organization has nobody left to be.
  perform bursar.record_fact('organization-deleted', p_pool, jsonb_build_object(
    'organization', 'org:' || p_id, 'actor', p_head.actor));
end $$;

-- Requests that nobody will decide, and credits that were still to be paid.
create function bursar.end_promises(p_id text, p_pool bigint, p_actor text, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_requests uuid[];
begin
  with cancelled as (
    update bursar.credit_requests r set status = 'cancelled', decided_at = p_now, decided_by = p_actor
    where r.organization_id = p_id and r.status = 'pending'
    returning r.id
  )
  select array_agg(c.id) into v_requests from cancelled c;
  -- A statement of its own, because the summaries must see what was decided.
  insert into bursar.outbox (kind, subject_wallet, payload)
  select 'request-cancelled', p_pool, bursar.request_summary(r) from unnest(v_requests) r;
  update bursar.seats s set status = 'revoked', revoked_at = p_now where s.organization_id = p_id and s.status = 'assigned';
  with called_off as (
    update bursar.entitlements e set status = 'cancelled', settled_at = p_now
    where e.organization_id = p_id and e.status = 'delayed'
    returning e.*
  )
  update bursar.operations o
  set status = 'succeeded', completed_at = p_now,
    result = bursar.entitlement_result('org:' || c.organization_id, 'user:' || c.user_id, c.kind, null)
  from called_off c
  where o.key = c.operation;
end $$;

-- Members keep their credits, and are told how many.
create function bursar.end_memberships(p_id text, p_pool bigint, p_now timestamptz) returns void
language sql as $$
  with ended as (
    update bursar.memberships m set status = 'removed'
    where m.organization_id = p_id and m.status <> 'removed'
    returning m.user_id
  )
  insert into bursar.outbox (kind, subject_wallet, payload)
  select 'member-removed', w.id, jsonb_build_object(
    'organization', 'org:' || p_id, 'returned', '0', 'held', '0', 'cause', 'organization_deletion',
    'kept', bursar.credits_text(coalesce(sum(l.remaining), 0)::bigint))
  from ended e
  join bursar.wallets w on w.owner = 'user:' || e.user_id
  left join bursar.lots l on l.wallet_id = w.id and not l.closed and l.allocated_by = p_pool and l.expires_at > p_now
  group by w.id
$$;
