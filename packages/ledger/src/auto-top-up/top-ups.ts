import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

/** At which price credits are sold now. Money in minor units, credits in micro-credits. */
export interface CreditPrice {
  microPerMajor: bigint;
  minorPerMajor: bigint;
  currency: string;
  /** What one purchase may cost. */
  minimum: bigint;
  maximum: bigint;
  /** Calendar months until the credits expire; 0 is never. */
  expiryMonths: number;
}

export const TOP_UP_STATUSES = [
  'requested',
  'charging',
  'processing',
  'unknown',
  'succeeded',
  'declined',
  'failed',
  'skipped',
  'review',
] as const;
export type TopUpStatus = (typeof TOP_UP_STATUSES)[number];

/** One try to buy. What its order says is null until the order is written. */
export interface TopUpAttempt {
  id: string;
  wallet: string;
  status: TopUpStatus;
  customer: string | null;
  paymentMethod: string | null;
  paymentIntent: string | null;
  /** Micro-credits as digits. */
  credits: string | null;
  /** Minor units. */
  subtotal: number | null;
  currency: string | null;
  startedAt: string | null;
  /** Since the order was written, by the database's clock. */
  ageSeconds: number | null;
}

/**
 * Why a card was not charged: `soft` may pass by itself, `hard` will not, `authentication` wants its
 * owner, `card_gone` is no longer saved, `refused` is nothing the card can help.
 */
export type DeclineKind = 'soft' | 'hard' | 'authentication' | 'card_gone' | 'refused';

/** What became of a try; money in minor units. */
export type TopUpOutcome =
  | { status: 'succeeded'; paymentIntent: string; paid: number }
  | { status: 'processing'; paymentIntent: string }
  | { status: 'unknown' }
  | {
      status: 'declined';
      paymentIntent: string | null;
      kind: DeclineKind;
      code: string | null;
      /** Where the person can pay themselves. */
      checkoutUrl: string | null;
    }
  | { status: 'failed' | 'review'; paymentIntent: string | null; reason: string };

/**
 * Looks at everything again and writes the order, once; the answer is the try as it stands
 * afterwards, `skipped` when nothing is to be bought any more. Null for one that does not exist.
 */
export const beginTopUp = (
  db: Database,
  attempt: string,
  price: CreditPrice,
): Promise<TopUpAttempt | null> =>
  inTransaction(db, async (tx) => {
    const [row] = await tx<[{ attempt: TopUpAttempt | null }]>`
      select bursar.begin_top_up(${attempt}::uuid, row(
        ${price.microPerMajor.toString()}::text::bigint, ${price.minorPerMajor.toString()}::text::bigint,
        ${price.currency}, ${price.minimum.toString()}::text::bigint, ${price.maximum.toString()}::text::bigint,
        ${price.expiryMonths}::integer)::bursar.credit_price) as attempt`;
    return row.attempt;
  });

/** A try as it stands; null for one that does not exist. */
export async function readTopUp(db: Database, attempt: string): Promise<TopUpAttempt | null> {
  const [row] = await db<[{ attempt: TopUpAttempt | null }]>`
    select bursar.top_up_attempt_summary(${attempt}::uuid) as attempt`;
  return row.attempt;
}

/**
 * Records what became of a try, once, whoever reports it: success grants the order, a decline counts
 * at the breaker. Returns the status that stands; null for a try that is not ours.
 */
export const settleTopUp = (
  db: Database,
  attempt: string,
  outcome: TopUpOutcome,
): Promise<TopUpStatus | null> => {
  const declined = outcome.status === 'declined' ? outcome : null;
  const paymentIntent = outcome.status === 'unknown' ? null : outcome.paymentIntent;
  const paid = outcome.status === 'succeeded' ? outcome.paid : null;
  const reason = 'reason' in outcome ? outcome.reason : null;
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ status: TopUpStatus | null }]>`
      select bursar.settle_top_up(
        ${attempt}::uuid, ${outcome.status}::bursar.top_up_status, ${paymentIntent}, ${paid}::bigint,
        ${declined?.kind ?? null}, ${declined?.code ?? null}, ${reason}, ${declined?.checkoutUrl ?? null}) as status`;
    return row.status;
  });
};

/** Starts what nobody noticed and what has waited long enough; at most `limit` wallets of each. */
export const requestDueTopUps = (db: Database, limit: number): Promise<number> =>
  inTransaction(db, async (tx) => {
    const [row] = await tx<[{ count: number }]>`
      select bursar.request_due_top_ups(${limit}::integer) as count`;
    return row.count;
  });

/** The page that the order of this operation is paid on, or the one it shares; null without one. */
export async function findCheckoutUrl(db: Database, operation: string): Promise<string | null> {
  const [row] = await db<{ url: string | null }[]>`
    select o.result #>> '{purchase,checkout_url}' as url
    from bursar.operations o where o.key = ${operation}::uuid and o.status = 'succeeded'`;
  return row?.url ?? null;
}

/** Tries under way whose job may have been lost, or whose outcome Stripe has to be asked for. */
export async function findTopUpsUnderWay(
  db: Database,
  olderThanSeconds: number,
  limit: number,
): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select a.id from bursar.top_up_attempts a
    where a.status in ('requested', 'charging', 'processing', 'unknown')
      and a.created_at < now() - make_interval(secs => ${olderThanSeconds}::integer)
    order by a.created_at limit ${limit}`;
  return rows.map((row) => row.id);
}

/** Charges nothing more for a wallet until a person switches it on again; they are told why. */
export const pauseAutoTopUp = (db: Database, wallet: string, reason: string): Promise<void> =>
  inTransaction(db, async (tx) => {
    await tx`select bursar.pause_auto_top_up(${wallet}, ${reason})`;
  });
