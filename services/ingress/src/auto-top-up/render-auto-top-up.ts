import { formatAmount, toPublicId } from '@bursar/contracts';
import type { AutoTopUpView, PaymentMethodView, TopUpAttemptView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { CardSchema, renderCard } from '../payment-methods/render-card.ts';
import { CreditsSchema, MoneySchema, timeText, TimeSchema } from '../reads/wire-values.ts';
import { nextStepOf, stateOf, STATES } from './state-of.ts';

const AttemptSchema = z
  .object({
    purchase: z.string().nullable().meta({ description: 'The order; null when none was made' }),
    status: z.enum([
      'requested',
      'charging',
      'processing',
      'unknown',
      'succeeded',
      'declined',
      'failed',
      'skipped',
      'review',
    ]),
    credits: CreditsSchema.nullable(),
    total: MoneySchema.nullable(),
    decline: z.object({ kind: z.string(), code: z.string().nullable() }).nullable(),
    reason: z.string().nullable(),
    created_at: TimeSchema,
    settled_at: TimeSchema.nullable(),
  })
  .meta({ id: 'TopUpAttempt' });

export const AutoTopUpSchema = z
  .object({
    wallet: z.string(),
    enabled: z.boolean(),
    state: z.enum(STATES),
    next_step: z.string().meta({ description: 'What happens next, or what a person can do' }),
    threshold: CreditsSchema.nullable(),
    amount: CreditsSchema.nullable(),
    target: CreditsSchema.nullable(),
    monthly_cap: MoneySchema.nullable(),
    payment_method: CardSchema.nullable(),
    consent: z.object({ by: z.string(), at: TimeSchema }).nullable(),
    off_reason: z.string().nullable(),
    paused: z.object({ reason: z.string(), since: TimeSchema }).nullable(),
    declines: z.int().meta({ description: 'Of the card, in a row; the third pauses' }),
    next_attempt_at: TimeSchema.nullable(),
    month: z
      .object({ from: TimeSchema, to: TimeSchema, charged: MoneySchema, remaining: MoneySchema })
      .nullable(),
    attempts: z.array(AttemptSchema).meta({ description: 'The latest, newest first' }),
  })
  .meta({ id: 'AutoTopUp', description: 'Credits that buy themselves when the balance runs low' });

/** `view` is null for a wallet that never had one: off, with nothing set. */
export function renderAutoTopUp(
  wallet: string,
  view: AutoTopUpView | null,
  cards: readonly PaymentMethodView[],
): z.infer<typeof AutoTopUpSchema> {
  if (view === null) return { ...NEVER_SET, wallet, next_step: nextStepOf(null) };
  const card = cards.find(({ id }) => id === view.card);
  const { amount, target, pausedReason, pausedAt } = view;
  return {
    wallet,
    enabled: view.enabled,
    state: stateOf(view),
    next_step: nextStepOf(view),
    threshold: formatAmount(view.threshold),
    amount: amount === null ? null : formatAmount(amount),
    target: target === null ? null : formatAmount(target),
    monthly_cap: moneyOf(view.monthlyCap, view.currency),
    payment_method: card === undefined ? null : renderCard(card),
    consent: { by: view.consentBy, at: view.consentAt.toISOString() },
    off_reason: view.offReason,
    paused:
      pausedReason === null || pausedAt === null
        ? null
        : { reason: pausedReason, since: pausedAt.toISOString() },
    declines: view.declines,
    next_attempt_at: timeText(view.resumeAt),
    month: monthOf(view),
    attempts: view.attempts.map(renderAttempt),
  };
}

const NEVER_SET = {
  enabled: false,
  state: 'off',
  threshold: null,
  amount: null,
  target: null,
  monthly_cap: null,
  payment_method: null,
  consent: null,
  off_reason: null,
  paused: null,
  declines: 0,
  next_attempt_at: null,
  month: null,
  attempts: [],
} satisfies Partial<z.infer<typeof AutoTopUpSchema>>;

const moneyOf = (amount: bigint, currency: string) => ({ amount: Number(amount), currency });

const monthOf = ({ monthFrom, monthTo, charged, monthlyCap, currency }: AutoTopUpView) => ({
  from: monthFrom.toISOString(),
  to: monthTo.toISOString(),
  charged: moneyOf(charged, currency),
  // A cap may have been lowered below what was charged already.
  remaining: moneyOf(charged > monthlyCap ? 0n : monthlyCap - charged, currency),
});

const renderAttempt = (attempt: TopUpAttemptView): z.infer<typeof AttemptSchema> => ({
  purchase: attempt.total === null ? null : toPublicId('pur', attempt.id),
  status: attempt.status,
  credits: attempt.credits === null ? null : formatAmount(attempt.credits),
  total:
    attempt.total === null || attempt.currency === null
      ? null
      : moneyOf(attempt.total, attempt.currency),
  decline:
    attempt.declineKind === null ? null : { kind: attempt.declineKind, code: attempt.declineCode },
  reason: attempt.reason,
  created_at: attempt.createdAt.toISOString(),
  settled_at: timeText(attempt.settledAt),
});
