import type { PlanTerms } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** What the payment flow must remember of a subscription between its steps. */
export interface SubscriptionRecord {
  id: string;
  wallet: string;
  status: string;
  plan: string;
  terms: PlanTerms;
  quantity: number;
  stripeSubscription: string | null;
  checkoutSession: string | null;
}

/** Finds a subscription by its own id, by Stripe's, or by the session where it was ordered. */
export async function findSubscription(
  db: Database,
  by: { id: string } | { stripeSubscription: string } | { session: string },
): Promise<SubscriptionRecord | null> {
  const where =
    'id' in by
      ? db`s.id = ${by.id}::uuid`
      : 'session' in by
        ? db`s.checkout_session = ${by.session}`
        : db`s.stripe_subscription = ${by.stripeSubscription}`;
  const rows = await db<SubscriptionRecord[]>`
    select s.id, w.owner as wallet, s.status, s.plan, s.terms, s.quantity,
      s.stripe_subscription as "stripeSubscription", s.checkout_session as "checkoutSession"
    from bursar.subscriptions s
    join bursar.wallets w on w.id = s.wallet_id
    where ${where}`;
  return rows[0] ?? null;
}

/**
 * The terms of a price: those under which this subscription was granted periods of it, else those of
 * the plan that has this lookup key, else those of the named plan; null when nothing is known.
 */
export async function findTerms(
  db: Database,
  of: {
    /** Ours, a UUID. */
    subscription: string | null;
    price: string;
    lookupKey: string | null;
    plan: string | null;
  },
): Promise<PlanTerms | null> {
  const rows = await db<{ terms: PlanTerms }[]>`
    select t.terms from (
      (
        select 1 as place, s.terms || jsonb_build_object('plan', p.plan, 'credits', p.unit_credits::text) as terms
        from bursar.subscription_periods p
        join bursar.subscriptions s on s.id = p.subscription_id
        where p.subscription_id = ${of.subscription}::uuid and p.price = ${of.price} and p.kind <> 'trial'
        order by p.id desc limit 1
      )
      union all
      (
        select 2, bursar.plan_terms(p) from bursar.plans p where p.lookup_key = ${of.lookupKey}
        order by p.retired_at nulls first, p.id limit 1
      )
      union all
      select 3, bursar.plan_terms(p) from bursar.plans p where p.id = ${of.plan}
    ) t
    order by t.place limit 1`;
  return rows[0]?.terms ?? null;
}

/** Sessions of subscriptions that are still to be paid after a while; their state is asked from Stripe. */
export async function findOpenSubscriptionSessions(
  db: Database,
  olderThanMinutes: number,
  limit: number,
): Promise<string[]> {
  const rows = await db<{ session: string }[]>`
    select s.checkout_session as session from bursar.subscriptions s
    where s.status in ('awaiting_payment', 'replaced') and s.ended_at is null and s.checkout_session is not null
      and s.created_at < now() - make_interval(mins => ${olderThanMinutes}::integer)
    order by s.created_at limit ${limit}`;
  return rows.map((row) => row.session);
}
