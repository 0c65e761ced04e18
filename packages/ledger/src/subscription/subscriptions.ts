import type { OperationHead, PlanTerms, Rejection } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Writes the subscription that is ordered, or finds the one an earlier attempt wrote: `pending` with `subscription` and `terms`. */
export const openSubscription = (
  db: Database,
  head: OperationHead,
  order: { wallet: string; plan: string; quantity: number },
): Promise<Outcome> =>
  inTransaction(db, async (tx) =>
    outcomeFrom(
      await tx<OutcomeRow[]>`
        select * from bursar.open_subscription(
          ${headOf(tx, head, 'subscription')}, ${order.wallet}, ${order.plan}, ${order.quantity}::integer)`,
    ),
  );

/** The customer has somewhere to pay: the operation succeeds with the subscription. */
export const attachSubscriptionCheckout = (
  db: Database,
  head: OperationHead,
  subscription: string,
  checkout: { session: string; url: string; customer: string },
): Promise<Outcome> =>
  inTransaction(db, async (tx) =>
    outcomeFrom(
      await tx<OutcomeRow[]>`
        select * from bursar.attach_subscription_checkout(
          ${headOf(tx, head, 'subscription')}, ${subscription}::uuid, ${checkout.session}, ${checkout.url},
          ${checkout.customer})`,
    ),
  );

/** The order cannot be carried out; nothing was paid. */
export const refuseSubscription = (
  db: Database,
  head: OperationHead,
  subscription: string,
  error: Rejection,
): Promise<Outcome> =>
  inTransaction(db, async (tx) =>
    outcomeFrom(
      await tx<OutcomeRow[]>`
        select * from bursar.refuse_subscription(
          ${headOf(tx, head, 'subscription')}, ${subscription}::uuid, ${JSON.stringify(error)}::text::jsonb)`,
    ),
  );

/** The hosted page closed and nobody subscribed. Returns false for a session that is not ours, or was used. */
export const closeSubscriptionCheckout = (db: Database, session: string): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const rows = await tx<{ closed: boolean }[]>`
      select bursar.close_subscription_checkout(${session}) as closed`;
    return rows[0]?.closed ?? false;
  });

/** What Stripe says about a subscription at this moment. Times are RFC 3339. */
export interface SubscriptionFacts {
  /** Ours, a UUID; null for one that was made in Stripe's dashboard. */
  subscription: string | null;
  stripe_subscription: string;
  wallet: string;
  terms: PlanTerms;
  quantity: number;
  status: string;
  item: string;
  price: string;
  customer: string | null;
  current_period_start: string;
  current_period_end: string;
  trial_end: string | null;
  cancel_at: string | null;
  canceled_at: string | null;
  ended_at: string | null;
  /** What its next period begins with; all null while nothing changes. */
  next_terms: PlanTerms | null;
  next_quantity: number | null;
  next_at: string | null;
}

/**
 * Rewrites the row of a subscription, and tells what turned. `readAt` is `databaseClock` from before
 * Stripe was asked. Returns our id, or null when the wallet it names is not known here.
 */
export const mirrorSubscription = (
  db: Database,
  facts: SubscriptionFacts,
  readAt: string,
): Promise<string | null> =>
  inTransaction(db, async (tx) => {
    const rows = await tx<{ id: string | null }[]>`
      select bursar.mirror_subscription(
        ${JSON.stringify(facts)}::text::jsonb, ${readAt}::text::timestamptz) as id`;
    return rows[0]?.id ?? null;
  });
