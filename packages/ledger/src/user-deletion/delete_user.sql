-- Deletes a person: their name and addresses go, the ledger stays. Nothing here moves credits, so whatever is not settled
-- refuses it: debt, credits, holds, orders that are being paid, subscriptions that are not ended with it, and organizations, which are left by the way of leaving,
-- where the last owner stays. The person's lock stands between this and charges, holds and joining; joining by founding
-- an organization waits at the person's row.
create function bursar.delete_user(
  p_id text, p_preview boolean, p_end_subscriptions boolean, out refusal text, out report jsonb
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id('user:' || p_id);
  v_now timestamptz;
  v_user bursar.users;
begin
  if v_wallet is null then
    refusal := 'unknown_user';
    return;
  end if;
  v_now := bursar.lock_wallets(array[v_wallet]);
  select u.* into strict v_user from bursar.users u where u.id = p_id for update;
  report := bursar.deletion_report(p_id, v_wallet, v_now, p_end_subscriptions);
  if v_user.deleted_at is not null or p_preview then
    return;
  end if;
  if report -> 'blockers' <> '[]' then
    refusal := 'account_not_settled';
    return;
  end if;
  update bursar.users u set name = null, email = null, deleted_at = v_now, updated_at = v_now where u.id = p_id;
  delete from bursar.sessions s where s.user_id = p_id;
  delete from bursar.identities i where i.user_id = p_id;
  delete from bursar.muted_notices n where n.user_id = p_id;
  delete from bursar.muted_webhooks n where n.wallet_id = bursar.wallet_id('user:' || p_id);
  delete from bursar.notifications n where n.user_id = p_id;
  update bursar.invitations i set email = 'deleted@invalid' where i.accepted_by = p_id;
  perform bursar.delete_webhook(e.id) from bursar.webhook_endpoints e where e.wallet_id = v_wallet and e.status <> 'deleted';
  perform bursar.stop_auto_top_up(v_wallet, v_now);
  perform bursar.leave_stripe(v_wallet);
  perform bursar.close_wallet(v_wallet, v_now);
end $$;

-- What stands in the way, and what it is about. Amounts are decimal text.
create function bursar.deletion_report(
  p_id text, p_wallet bigint, p_now timestamptz, p_end_subscriptions boolean
) returns jsonb
language sql stable as $$
  with facts as (
    select
      (select coalesce(sum(l.remaining), 0)::bigint from bursar.lots l
        where l.wallet_id = p_wallet and not l.closed and l.expires_at > p_now) as credits,
      w.owed,
      w.held,
      (select count(*) from bursar.holds h where h.wallet_id = p_wallet and h.status = 'open') as holds,
      (select count(*) from bursar.purchases p where p.wallet_id = p_wallet and p.status = 'awaiting_payment') as orders,
      (select count(*) from bursar.subscriptions s
        where s.wallet_id = p_wallet and (bursar.goes_on(s.status) or s.status = 'awaiting_payment')) as subscriptions,
      (select count(*) from bursar.payment_methods m where m.wallet_id = p_wallet and m.detached_at is null) as cards,
      (select count(*) from bursar.credit_requests r where r.user_id = p_id and r.status = 'pending') as requests,
      (select coalesce(jsonb_agg('org:' || m.organization_id order by m.organization_id), '[]') from bursar.memberships m
        where m.user_id = p_id and m.status <> 'removed') as organizations,
      (select coalesce(jsonb_agg('org:' || m.organization_id order by m.organization_id), '[]') from bursar.memberships m
        where m.user_id = p_id and m.status <> 'removed' and m.role = 'owner'
          and not bursar.has_other_owner(m.organization_id, p_id)) as last_owner_of
    from bursar.wallets w
    where w.id = p_wallet
  )
  select jsonb_build_object(
    'balance', bursar.credits_text(f.credits), 'owed', bursar.credits_text(f.owed), 'held', bursar.credits_text(f.held),
    'open_holds', f.holds, 'unpaid_purchases', f.orders, 'pending_requests', f.requests,
    'subscriptions', f.subscriptions, 'saved_cards', f.cards,
    'organizations', f.organizations, 'last_owner_of', f.last_owner_of,
    'blockers', to_jsonb(array_remove(array[
      case when f.owed > 0 then 'debt' end,
      case when f.credits > 0 then 'credits' end,
      case when f.holds > 0 then 'open_holds' end,
      case when f.orders > 0 then 'unpaid_purchases' end,
      case when f.subscriptions > 0 and not p_end_subscriptions then 'subscription' end,
      case when f.last_owner_of <> '[]' then 'last_owner' end,
      case when f.organizations <> '[]' then 'organizations' end
    ], null)))
  from facts f
$$;
