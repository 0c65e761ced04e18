import type { OperationHead, Rejection } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { headOf, settle, type Json, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** What an operator asks for; money in minor units, taxes included. */
export interface RefundRequest {
  purchase: string;
  /** All that is left when `null`. */
  amount: number | null;
  reason: string;
  /** Although the policy says no. */
  override: boolean;
  /** For how many days after the payment refunds are given without that; 0 is never. */
  windowDays: number;
  /** What Stripe says went back already. */
  refunded: number;
  disputed: number;
}

/** A refund that Stripe is to make. */
export interface StartedRefund {
  id: string;
  amount: number;
}

/** Writes the refund down before Stripe hears of it: `pending` with `result` as `startedRefund` reads it. */
export const startRefund = (
  db: Database,
  head: OperationHead,
  request: RefundRequest,
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.start_refund(
          ${headOf(tx, head, 'purchase_refund')}, ${request.purchase}::uuid, ${request.amount}::bigint, ${request.reason},
          ${request.override}, ${request.windowDays}::integer, ${request.refunded}::bigint, ${request.disputed}::bigint)`,
  );

export const startedRefund = ({ id, amount }: Json): StartedRefund => ({
  id: String(id),
  amount: Number(amount),
});

/** Stripe has taken the refund on: the operation succeeds. */
export const finishRefund = (
  db: Database,
  head: OperationHead,
  refund: string,
  made: { stripeRefund: string; status: 'pending' | 'succeeded' | 'failed' },
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.finish_refund(
          ${headOf(tx, head, 'purchase_refund')}, ${refund}::uuid, ${made.stripeRefund}, ${made.status})`,
  );

/** Stripe would not: the operation is rejected and nothing went back. */
export const refuseRefund = (
  db: Database,
  head: OperationHead,
  refund: string,
  error: Rejection,
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.refuse_refund(
          ${headOf(tx, head, 'purchase_refund')}, ${refund}::uuid, ${JSON.stringify(error)}::text::jsonb)`,
  );

/** Follows what became of refunds at Stripe; those made elsewhere are left out. */
export async function mirrorRefunds(
  db: Database,
  refunds: readonly { id: string; status: string }[],
): Promise<void> {
  if (refunds.length === 0) return;
  await db`select bursar.mirror_refunds(${JSON.stringify(refunds)}::text::jsonb)`;
}
