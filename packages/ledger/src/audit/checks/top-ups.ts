import type { SqlCheck } from '../check.ts';

/** What a try's order must look like. */
const ORDER_OF = `case a.status
  when 'succeeded' then case when p.review_reason is null then '{paid,refunded,disputed}' else '{needs_review}' end
  when 'declined' then '{failed}'
  when 'failed' then '{failed}'
  when 'review' then case when p.dismissed_at is null then '{needs_review}' else '{failed}' end
  when 'skipped' then '{}'
  when 'requested' then '{}'
  else '{awaiting_payment}' end::bursar.purchase_status[]`;

export const topUpChecks: readonly SqlCheck[] = [
  {
    name: 'top-up-orders',
    statement:
      'Every try of a top-up that began has the order that says what became of it, and no order buys itself without one.',
    covers: 'select count(*) from bursar.top_up_attempts',
    violations: `
      select coalesce(a.id, p.id), format('the try is %s by %s, its order %s by %s of %s', coalesce(a.status::text, 'missing'),
        a.payment_intent, coalesce(p.status::text, 'missing'), p.payment_intent, p.actor)
      from bursar.top_up_attempts a
      full join (select * from bursar.purchases p where p.actor = 'system:auto-top-up') p on p.id = a.id
      where a.id is null
        or (p.id is null) <> (a.started_at is null)
        or not case when p.id is null then a.status in ('requested', 'skipped') else p.status = any (${ORDER_OF}) end
        or (p.id is not null and (p.wallet_id, p.operation, p.customer) is distinct from (a.wallet_id, a.id, a.customer))
        or (a.status = 'succeeded' and (p.payment_intent is null or p.payment_intent is distinct from a.payment_intent))
        or (a.status in ('requested', 'charging', 'processing', 'unknown')) <> (a.settled_at is null)`,
  },
  {
    name: 'top-ups-under-way',
    statement: 'A wallet has at most one top-up under way, of a card of its own.',
    covers: 'select count(*) from bursar.top_up_attempts',
    violations: `
      select a.wallet_id, format('%s tries are under way', count(*))
      from bursar.top_up_attempts a
      where a.settled_at is null
      group by a.wallet_id
      having count(*) > 1
      union all
      select a.wallet_id, format('the card %s belongs to wallet %s', a.payment_method, m.wallet_id)
      from bursar.top_up_attempts a
      left join bursar.payment_methods m on m.id = a.payment_method
      where a.started_at is not null and m.wallet_id is distinct from a.wallet_id`,
  },
  {
    name: 'top-ups-armed',
    statement:
      'A wallet is watched exactly while a top-up may start, at the threshold that was agreed to.',
    covers: 'select count(*) from bursar.auto_top_ups',
    violations: `
      select w.id, format('it is watched below %s, by its settings %s', w.top_up_below, s.expected)
      from bursar.wallets w
      left join (
        select x.wallet_id, bursar.armed_below(x.wallet_id) as expected from bursar.auto_top_ups x
      ) s on s.wallet_id = w.id
      where (w.top_up_below is not null or s.expected is not null) and w.top_up_below is distinct from s.expected`,
  },
  {
    name: 'top-ups-noticed',
    statement:
      'Whatever lowers the row of a watched wallet below its threshold starts a top-up with it.',
    covers: 'select count(*) from bursar.wallets w where w.top_up_below is not null',
    violations: `
      select w.id, format('%s left of %s', w.credits - w.held - w.owed, w.top_up_below)
      from bursar.wallets w
      where w.top_up_below is not null and w.credits - w.held - w.owed < w.top_up_below`,
  },
  {
    name: 'top-up-consent',
    statement: 'Nobody is charged on other terms than those that somebody agreed to.',
    covers: 'select count(*) from bursar.auto_top_ups',
    violations: `
      select s.wallet_id, format('agreed by %s at %s to %s', s.consent_by, s.consent_at, s.consent_terms)
      from bursar.auto_top_ups s
      where s.enabled and (s.consent_by is null or s.consent_at is null or s.consent_terms is distinct from
        jsonb_strip_nulls(jsonb_build_object(
          'threshold', bursar.credits_text(s.threshold), 'amount', bursar.credits_text(s.amount),
          'target', bursar.credits_text(s.target), 'payment_method', s.payment_method,
          'monthly_cap', jsonb_build_object('amount', s.monthly_cap, 'currency', s.currency))))`,
  },
  {
    name: 'top-up-breakers',
    statement:
      'A breaker counts no more declines than its card had, and what is paused says why and since when.',
    covers: 'select count(*) from bursar.auto_top_ups',
    violations: `
      select s.wallet_id, format('%s declines of %s, paused for %s since %s, off for %s',
        s.declines, s.breaker_fingerprint, s.paused_reason, s.paused_at, s.off_reason)
      from bursar.auto_top_ups s
      where s.declines > (
          select count(*) from bursar.top_up_attempts a
          where a.wallet_id = s.wallet_id and a.decline_kind is not null and a.fingerprint = s.breaker_fingerprint)
        or (s.paused_reason is null) <> (s.paused_at is null)
        or (s.enabled and s.off_reason is not null)`,
  },
  {
    name: 'default-cards',
    statement: 'A wallet has at most one default card, and that one is saved.',
    covers: 'select count(*) from bursar.payment_methods',
    violations: `
      select m.wallet_id, format('%s default cards', count(*))
      from bursar.payment_methods m
      where m.is_default
      group by m.wallet_id
      having count(*) > 1 or bool_or(m.detached_at is not null)`,
  },
];
