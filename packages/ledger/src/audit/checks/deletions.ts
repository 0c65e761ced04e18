import type { SqlCheck } from '../check.ts';

/** What must not be left of an organization, each as its id and what it is. */
const LEFT_OVER = `
  select m.organization_id, 'a member, ' || m.user_id from bursar.memberships m where m.status <> 'removed'
  union all
  select s.organization_id, 'the seat of ' || s.user_id from bursar.seats s where s.status = 'assigned'
  union all
  select r.organization_id, 'the rule ' || r.id from bursar.rules r
  union all
  select x.organization_id, 'a delayed run of ' || x.rule_id from bursar.rule_runs x where x.status = 'delayed'
  union all
  select r.organization_id, 'a pending request of ' || r.user_id from bursar.credit_requests r where r.status = 'pending'
  union all
  select e.organization_id, 'credits due to ' || e.user_id from bursar.entitlements e where e.status = 'delayed'
  union all
  select i.organization_id, 'the invitation ' || i.id from bursar.invitations i where i.status = 'pending'
  union all
  select k.organization_id, 'the key ' || k.id from bursar.api_keys k where k.revoked_at is null
  union all
  select substr(w.owner, 5), x.what
  from bursar.wallets w
  cross join lateral (
    select 'the budget ' || b.id from bursar.budgets b where b.wallet_id = w.id and b.ended_at = 'infinity'
    union all
    select 'the webhook ' || e.id from bursar.webhook_endpoints e where e.wallet_id = w.id and e.status <> 'deleted'
    union all
    select 'the order ' || p.id from bursar.purchases p where p.wallet_id = w.id and p.status = 'awaiting_payment'
    union all
    select 'the subscription ' || s.id from bursar.subscriptions s
    where s.wallet_id = w.id and (s.status = 'awaiting_payment' or (bursar.goes_on(s.status) and not exists (
      select from bursar.errands e
      where e.kind = 'end_subscription' and e.subject = s.stripe_subscription and e.done_at is null)))
    union all
    select 'the card ' || m.id from bursar.payment_methods m
    where m.wallet_id = w.id and m.detached_at is null and not exists (
      select from bursar.errands e where e.kind = 'detach_card' and e.subject = m.id and e.done_at is null)
    union all
    select 'the top-up ' || a.id from bursar.top_up_attempts a
    where a.wallet_id = w.id and a.status in ('charging', 'processing', 'unknown')
    union all
    select 'the hold ' || h.id from bursar.holds h where h.wallet_id = w.id and h.status = 'open'
    union all
    select 'the allocation ' || a.id from bursar.allocations a where a.wallet_id = w.id and a.status = 'running'
    union all
    select 'the recall ' || r.id from bursar.recalls r where r.wallet_id = w.id and r.status = 'running'
  ) x (what)
  where w.owner like 'org:%' and w.closed_at is not null`;

export const deletionChecks: readonly SqlCheck[] = [
  {
    name: 'closed-wallets',
    statement:
      'Exactly the wallets of deleted owners are closed; they are empty, and nothing happened there since.',
    covers: 'select count(*) from bursar.wallets',
    violations: `
      select w.owner, format('closed %s, deleted %s, credits %s, owed %s, limit %s, last transaction %s',
        w.closed_at, coalesce(o.deleted_at, u.deleted_at), w.credits, w.owed, w.overdraft_limit, t.created_at)
      from bursar.wallets w
      left join bursar.organizations o on w.owner = 'org:' || o.id
      left join bursar.users u on w.owner = 'user:' || u.id
      left join bursar.transaction_history t on t.wallet_id = w.id and t.version = w.version
      where w.closed_at is distinct from coalesce(o.deleted_at, u.deleted_at)
        or (w.closed_at is not null and (
          w.credits <> 0 or w.owed <> 0 or w.overdraft_limit is distinct from 0 or w.soft_landing_limit <> 0
          or t.created_at > w.closed_at))`,
  },
  {
    name: 'organization-deletions',
    statement:
      'A deleted organization names the operation that deleted it and gave up exactly what the pool had left, and nothing of it goes on.',
    covers: 'select count(*) from bursar.organizations',
    violations: `
      select o.id, format('deleted %s by a %s %s of %s, which says %s was given up in %s; a %s of %s leaves %s', o.deleted_at,
        coalesce(p.status::text, 'missing'), p.type, p.completed_at, p.result -> 'deletion' ->> 'forfeited', p.transaction_id,
        t.kind, t.amount, t.balance_after)
      from bursar.organizations o
      left join bursar.wallets w on w.owner = 'org:' || o.id
      left join bursar.operations p on p.key = o.deletion
      left join bursar.transaction_history t on t.id = p.transaction_id and t.wallet_id = w.id
      where (o.deleted_at is null) <> (o.deletion is null)
        or (o.deleted_at is not null and not coalesce(
          p.type = 'organization_deletion' and p.status = 'succeeded' and p.completed_at = o.deleted_at
          and p.result -> 'deletion' ->> 'organization' = w.owner
          and p.result -> 'deletion' ->> 'forfeited' = coalesce(bursar.credits_text(-t.amount), '0')
          and (p.transaction_id is null or (t.kind = 'forfeiture' and t.balance_after = 0)), false))
      union all
      select l.organization_id, format('%s is left of it', l.what)
      from (${LEFT_OVER}) l (organization_id, what)
      join bursar.organizations o on o.id = l.organization_id and o.deleted_at is not null
      union all
      select t.id::text, format('%s were given up by wallet %s, whose organization was not deleted', -t.amount, t.wallet_id)
      from bursar.transaction_history t
      where t.kind = 'forfeiture' and not exists (select from bursar.organizations o where o.deletion = t.operation)`,
  },
];
