import type { Database } from '../database/connect.ts';
import type { DeclineKind, TopUpStatus } from './top-ups.ts';

/** Settings and state of a wallet's auto top-up. Credits in micro-credits, money in minor units. */
export interface AutoTopUpView {
  enabled: boolean;
  threshold: bigint;
  amount: bigint | null;
  target: bigint | null;
  monthlyCap: bigint;
  currency: string;
  /** The card that would be charged; null when there is none. */
  card: string | null;
  consentBy: string;
  consentAt: Date;
  offReason: string | null;
  declines: number;
  pausedReason: string | null;
  pausedAt: Date | null;
  resumeAt: Date | null;
  /** Nothing more is bought until then, because the month's cap is reached. */
  capReached: boolean;
  /** This calendar month (UTC), and what was charged or is being charged in it. */
  monthFrom: Date;
  monthTo: Date;
  charged: bigint;
  /** The latest tries, newest first. */
  attempts: TopUpAttemptView[];
}

export interface TopUpAttemptView {
  id: string;
  status: TopUpStatus;
  credits: bigint | null;
  total: bigint | null;
  currency: string | null;
  declineKind: DeclineKind | null;
  declineCode: string | null;
  reason: string | null;
  createdAt: Date;
  settledAt: Date | null;
}

const ATTEMPTS_SHOWN = 10;

/** Null for a wallet that has never had one. */
export async function readAutoTopUp(db: Database, owner: string): Promise<AutoTopUpView | null> {
  const [row] = await db<Omit<AutoTopUpView, 'attempts'>[]>`
    select
      s.enabled, s.threshold, s.amount, s.target, s.monthly_cap as "monthlyCap", s.currency,
      bursar.top_up_card(s) as card, s.consent_by as "consentBy", s.consent_at as "consentAt",
      s.off_reason as "offReason", s.declines, s.paused_reason as "pausedReason", s.paused_at as "pausedAt",
      s.resume_at as "resumeAt", coalesce(s.cap_told_for = m.starts::date and s.resume_at is not null, false) as "capReached",
      m.starts at time zone 'UTC' as "monthFrom",
      (m.starts + interval '1 month') at time zone 'UTC' as "monthTo",
      bursar.topped_up_in_month(s.wallet_id, now()) as charged
    from bursar.wallets w
    join bursar.auto_top_ups s on s.wallet_id = w.id
    cross join lateral (select date_trunc('month', now() at time zone 'UTC') as starts) m
    where w.owner = ${owner}`;
  return row === undefined ? null : { ...row, attempts: await readAttempts(db, owner) };
}

const readAttempts = async (db: Database, owner: string): Promise<TopUpAttemptView[]> => [
  ...(await db<TopUpAttemptView[]>`
    select
      a.id, a.status, p.credits, coalesce(p.paid_total, p.subtotal) as total, p.currency,
      a.decline_kind as "declineKind", a.decline_code as "declineCode", a.reason, a.created_at as "createdAt",
      a.settled_at as "settledAt"
    from bursar.top_up_attempts a
    join bursar.wallets w on w.id = a.wallet_id
    left join bursar.purchases p on p.id = a.id
    where w.owner = ${owner}
    order by a.id desc
    limit ${ATTEMPTS_SHOWN}`),
];
