-- Deletes an organization. Nothing that is under way is cut off: debt, holds, allocations and orders come to their end
-- first; a subscription ends now when the command says so. What is left in the pool is given up, all of it, and only when the command names exactly that amount. Members
-- keep what they were allocated. The ledger stays, the wallet closes.
--
-- The pool's lock stands between this and everything that moves its credits or counts its members, the gate of its budgets
-- between this and spending on its behalf, the organization's row between this and its settings, rules and keys.
create function bursar.delete_organization(
  p_head bursar.operation_head, p_organization text, p_name text, p_forfeit bigint, p_end_subscriptions boolean
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id(p_organization);
  v_now timestamptz := bursar.lock_wallets(array[v_pool]);
  v_organization bursar.organizations;
  v_report jsonb;
  v_error jsonb;
  v_transaction uuid;
begin
  -- May have waited, so the clock is read again.
  perform bursar.close_budget_gate(v_pool);
  v_now := bursar.lock_wallets(array[v_pool]);
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  select o.* into v_organization from bursar.organizations o where 'org:' || o.id = p_organization for no key update;
  if v_organization.id is null then
    return bursar.reject(p_head, bursar.refusal('not_found', 'There is no such organization; no credits moved.'));
  elsif v_organization.deleted_at is not null then
    return bursar.succeed(p_head, v_now, null, (
      select o.result from bursar.operations o where o.key = v_organization.deletion));
  end if;
  v_report := bursar.organization_deletion_report(v_organization.id, v_now);
  v_error := bursar.refuse_deletion(v_organization.name, v_pool, v_report, p_name, p_forfeit, p_end_subscriptions);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  v_transaction := bursar.forfeit_credits(v_pool, v_now, row(
    p_head.key, p_head.actor, null, null, null, null, 'Organization deleted', null, null, null)::bursar.details);
  perform bursar.end_organization(v_organization.id, v_pool, p_head, v_now);
  return bursar.succeed(p_head, v_now, v_transaction, jsonb_build_object('deletion',
    v_report - '{blockers,open_holds,running_allocations,running_recalls,open_purchases,subscriptions,suspended_members,owed}'::text[]
      || jsonb_build_object('deleted_at', bursar.instant_text(v_now), 'forfeited', v_report -> 'pool' -> 'amount',
        'transaction', bursar.public_id('txn', v_transaction))));
end $$;

-- Why not; null when it may be deleted now. Somebody else's organization is not deleted by a slip, nor credits given up
-- that nobody counted: the name and the amount are typed by whoever wants it.
create function bursar.refuse_deletion(
  p_name text, p_pool bigint, p_report jsonb, p_typed text, p_forfeit bigint, p_end_subscriptions boolean
) returns jsonb
language sql stable as $$
  select case
    when p_report -> 'blockers' <> '[]' then bursar.refusal('account_not_settled',
        'Nothing was changed. ' || (select string_agg(b ->> 'detail', ' ') from jsonb_array_elements(p_report -> 'blockers') b))
      || jsonb_build_object('errors', (
        select jsonb_agg(jsonb_build_object('pointer', '/' || (b ->> 'code'), 'message', b ->> 'detail'))
        from jsonb_array_elements(p_report -> 'blockers') b))
    when p_report ->> 'subscriptions' <> '0' and not p_end_subscriptions then bursar.refusal('account_not_settled',
      'Nothing was changed: a subscription goes on, or can still be paid for. Cancel it and wait until it has ended, or end it now with end_subscriptions.')
    when p_typed is distinct from p_name then bursar.refusal('confirmation_mismatch',
      'Nothing was changed: confirm is not the name of this organization. Type the name as it is shown.')
    when w.credits > 0 and p_forfeit is null then bursar.refusal('account_not_settled',
      format('Nothing was changed: the pool has %s credits. Hand them out first, or give them up by naming that amount as forfeit.',
        bursar.credits_text(w.credits)), w.credits)
    when w.credits <> coalesce(p_forfeit, 0) then bursar.refusal('confirmation_mismatch',
      format('Nothing was changed: the pool has %s credits, and %s were to be given up. Look again, then name what is there.',
        bursar.credits_text(w.credits), bursar.credits_text(p_forfeit)), w.credits)
  end
  from bursar.wallets w
  where w.id = p_pool
$$;

-- Gives up all that a locked wallet has, credits of the future too. Nothing is held. Null when there is nothing.
create function bursar.forfeit_credits(p_wallet bigint, p_now timestamptz, p_details bursar.details) returns uuid
language plpgsql as $$
declare
  v_taken bursar.taken[];
  v_transaction uuid := bursar.new_id();
begin
  select array_agg(row(l.id, l.kind, l.remaining)::bursar.taken
    order by l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id) into v_taken
  from bursar.lots l
  where l.wallet_id = p_wallet and not l.closed;
  if v_taken is null then
    return null;
  end if;
  update bursar.lots l set remaining = 0, closed = true where l.wallet_id = p_wallet and not l.closed;
  perform bursar.move_out(v_transaction, p_wallet, v_taken, 'forfeited');
  perform bursar.post(v_transaction, p_wallet, 'forfeiture', -bursar.taken_total(v_taken), 0, p_now, p_details);
  return v_transaction;
end $$;
