import type { OperationHead } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { headOf, settle, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Asks for an order's checkout to be closed: `pending` with the `session` that Stripe is to close. */
export const cancelPurchase = (
  db: Database,
  head: OperationHead,
  purchase: string,
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.cancel_purchase(
          ${headOf(tx, head, 'purchase_cancellation')}, ${purchase}::uuid)`,
  );

/** After Stripe was asked and the order settled: succeeds when the checkout was closed in time. */
export const finishCancellation = (
  db: Database,
  head: OperationHead,
  purchase: string,
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.finish_cancellation(
          ${headOf(tx, head, 'purchase_cancellation')}, ${purchase}::uuid)`,
  );
