import { toPublicId } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** Money, or something at Stripe, that no run of ours can put right. */
export type PaymentAttention =
  /** A wallet was subscribed twice; the second subscription ends and is paid back. */
  | {
      kind: 'subscription_doubled';
      subject: string;
      since: Date;
      wallet: string;
      /** The one that goes on. */
      other: string;
      ended: boolean;
      /** Minor units that were paid and have not gone back. */
      kept: bigint;
    }
  /** A payment that brought nothing, or less than was paid, until somebody decides. */
  | { kind: 'payment_in_review'; subject: string; since: Date; wallet: string; reason: string }
  /** A bank or a review warns of a payment, so the wallet's codes are frozen until somebody has looked. */
  | { kind: 'payment_warning'; subject: string; since: Date; wallet: string; what: string }
  /** Something to be done at Stripe that fails again and again, or that Stripe refuses. */
  | {
      kind: 'errand_failing';
      subject: string;
      since: Date;
      wallet: string;
      what: string;
      failures: number;
      error: string;
      refused: boolean;
    };

export async function readPaymentAttention(
  db: Database,
  most: number,
): Promise<PaymentAttention[]> {
  const [doubled, reviews, warnings, errands] = await Promise.all([
    db<{ id: string; other: string; since: Date; wallet: string; ended: boolean; kept: bigint }[]>`
      select d.id, d.duplicate_of as other, d.created_at as since, w.owner as wallet, d.ended, d.kept
      from (${selectDoubled(db)}) d join bursar.wallets w on w.id = d.wallet_id
      order by d.created_at limit ${most}`,
    db<{ kind: 'pur' | 'pay'; id: string; since: Date; wallet: string; reason: string }[]>`
      select r.kind, r.id, r.since, w.owner as wallet, r.reason
      from (${selectReviews(db)}) r join bursar.wallets w on w.id = r.wallet_id
      order by r.since limit ${most}`,
    db<{ id: string; since: Date; wallet: string; what: string }[]>`
      select x.purchase_id as id, x.created_at as since, w.owner as wallet, x.kind as what
      from (${selectWarnings(db)}) x join bursar.wallets w on w.id = x.wallet_id
      order by x.created_at limit ${most}`,
    db<
      {
        kind: string;
        subject: string;
        since: Date;
        wallet: string;
        failures: number;
        error: string;
        refused: boolean;
      }[]
    >`
      select e.kind, e.subject, e.created_at as since, w.owner as wallet, e.failures, e.error,
        e.refused_at is not null as refused
      from (${selectErrands(db)}) e join bursar.wallets w on w.id = e.wallet_id
      order by e.created_at limit ${most}`,
  ]);
  return [
    ...doubled.map(({ id, other, ...one }) => ({
      kind: 'subscription_doubled' as const,
      subject: toPublicId('sbs', id),
      other: toPublicId('sbs', other),
      ...one,
    })),
    ...reviews.map(({ kind, id, ...one }) => ({
      kind: 'payment_in_review' as const,
      subject: toPublicId(kind, id),
      ...one,
    })),
    ...warnings.map(({ id, ...one }) => ({
      kind: 'payment_warning' as const,
      subject: toPublicId('pur', id),
      ...one,
    })),
    ...errands.map(({ kind, ...one }) => ({ kind: 'errand_failing' as const, what: kind, ...one })),
  ];
}

export async function countPaymentAttention(
  db: Database,
): Promise<Record<PaymentAttention['kind'], number>> {
  const [row] = await db<[Record<PaymentAttention['kind'], number>]>`
    select (select count(*)::integer from (${selectDoubled(db)}) d) as subscription_doubled,
      (select count(*)::integer from (${selectReviews(db)}) r) as payment_in_review,
      (select count(*)::integer from (${selectWarnings(db)}) x) as payment_warning,
      (select count(*)::integer from (${selectErrands(db)}) e) as errand_failing`;
  return row;
}

/** Until it has ended and all its money went back, and then for a week, because its owner may ask. */
const selectDoubled = (db: Database) => db`
  select s.id, s.duplicate_of, s.wallet_id, s.created_at, s.ended_at is not null as ended, b.kept
  from bursar.subscriptions s
  cross join lateral (
    select coalesce(sum(greatest(i.paid - i.returned, 0)), 0)::bigint as kept
    from bursar.subscription_invoices i where i.subscription_id = s.id
  ) b
  where s.duplicate_of is not null
    and (s.ended_at is null or b.kept > 0 or s.ended_at > now() - interval '7 days')`;

/** Once the money went back nothing is left to decide. */
const selectReviews = (db: Database) => db`
  select 'pur' as kind, p.id, p.wallet_id, coalesce(p.settled_at, p.created_at) as since, p.review_reason as reason
  from bursar.purchases p where p.status = 'needs_review' and p.dismissed_at is null
  union all
  select 'pay', i.id, i.wallet_id, i.created_at, i.review_reason
  from bursar.subscription_invoices i
  where i.review_reason is not null and (i.paid > i.returned or i.returned_read_at is null)`;

const selectWarnings = (db: Database) => db`
  select x.purchase_id, x.wallet_id, x.kind, x.created_at
  from bursar.payment_warnings x where x.cleared_at is null`;

/** What an outage holds up is done by itself afterwards; an hour of failures is no outage of Stripe's any more. */
const selectErrands = (db: Database) => db`
  select e.kind, e.subject, e.wallet_id, e.created_at, e.failures, coalesce(e.error, '') as error, e.refused_at
  from bursar.errands e
  where e.done_at is null
    and (e.refused_at is not null or (e.failures > 0 and e.created_at < now() - interval '1 hour'))`;
