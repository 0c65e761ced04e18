import type { OperationHead, Rejection } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/**
 * Whether a change may be asked of Stripe: `pending` with `stripe_subscription`, `terms` and
 * `quantity`. Until `finishSubscriptionChange` every other change is rejected as `change_in_progress`;
 * one that was not begun again for an hour gives way, and is rejected itself.
 */
export const beginSubscriptionChange = (
  db: Database,
  head: OperationHead,
  asked: { subscription: string; plan: string | null; quantity: number | null },
): Promise<Outcome> =>
  inTransaction(db, async (tx) =>
    outcomeFrom(
      await tx<OutcomeRow[]>`
        select * from bursar.begin_subscription_change(
          ${headOf(tx, head, 'subscription_change')}, ${asked.subscription}::uuid,
          ${asked.plan}, ${asked.quantity}::integer)`,
    ),
  );

/** Keeps how a change ended at Stripe; `error` is null when it was done. */
export const finishSubscriptionChange = (
  db: Database,
  head: OperationHead,
  subscription: string,
  error: Rejection | null,
): Promise<Outcome> =>
  inTransaction(db, async (tx) =>
    outcomeFrom(
      await tx<OutcomeRow[]>`
        select * from bursar.finish_subscription_change(
          ${headOf(tx, head, 'subscription_change')}, ${subscription}::uuid,
          ${error === null ? null : JSON.stringify(error)}::text::jsonb)`,
    ),
  );
