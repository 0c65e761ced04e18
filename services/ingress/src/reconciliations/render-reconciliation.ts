import {
  CASE_STATES,
  FINDING_CLASSES,
  formatAmount,
  NothingCompared,
  RECONCILIATION_MODES,
  ReconciliationReport,
  RECONCILIATION_STATES,
  toPublicId,
} from '@bursar/contracts';
import type { CaseView, FindingView, ReconciliationView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { remedyOf } from './case-remedies.ts';
import { CreditsSchema, TimeSchema, timeText } from '../reads/wire-values.ts';

export const ReconciliationSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['light', 'full', 'asked']),
    mode: z.enum(RECONCILIATION_MODES),
    state: z.enum(RECONCILIATION_STATES).meta({
      description: 'partial: not everything could be judged or repaired; the report says why',
    }),
    asked_by: z.string(),
    from: TimeSchema.nullable(),
    to: TimeSchema.nullable(),
    progress: z.string().nullable(),
    report: z
      .union([ReconciliationReport, NothingCompared])
      .nullable()
      .meta({ description: 'null until the run is over' }),
    created_at: TimeSchema,
    started_at: TimeSchema.nullable(),
    finished_at: TimeSchema.nullable(),
  })
  .meta({ id: 'Reconciliation', description: 'One comparison of Stripe with the ledger' });

export const CaseSchema = z
  .object({
    id: z.string(),
    class: z.string().meta({ description: Object.keys(FINDING_CLASSES).join(', ') }),
    meaning: z.string(),
    severity: z.enum(['critical', 'warning', 'info']),
    repair: z.enum(['auto', 'assisted', 'manual']).meta({
      description: 'assisted: a run prepares what a person then decides',
    }),
    subject: z.string(),
    stripe_ids: z.array(z.string()),
    wallet: z.string().nullable(),
    purchase: z.string().nullable(),
    expected: z.string(),
    actual: z.string(),
    credits: CreditsSchema.meta({ description: 'Expected less actual' }),
    minor: z.int().meta({ description: 'Expected less actual, in minor units of currency' }),
    currency: z.string().nullable(),
    state: z.enum(CASE_STATES).meta({
      description:
        'parked: repairing it has failed so often that no run tries again until it changes or somebody asks for it',
    }),
    failures: z.int().meta({ description: 'Repairs that failed one after the other' }),
    parked_at: TimeSchema.nullable(),
    first_seen: TimeSchema,
    last_seen: TimeSchema,
    age_seconds: z.int(),
    closed_at: TimeSchema.nullable(),
    closed_by: z.string().nullable().meta({ description: 'null: a run closed it' }),
    reason: z.string().nullable(),
    remedy: z.string().nullable().meta({ description: 'What to do next; null when it is closed' }),
  })
  .meta({ id: 'ReconciliationCase', description: 'A difference between Stripe and the ledger' });

export const FindingSchema = CaseSchema.extend({
  result: z.enum(['reported', 'accepted', 'repaired', 'failed', 'parked', 'stopped']),
  detail: z.string().nullable(),
}).meta({ id: 'ReconciliationFinding', description: 'A case, and what one run did about it' });

export const renderReconciliation = (
  view: ReconciliationView,
): z.infer<typeof ReconciliationSchema> => ({
  id: toPublicId('rec', view.id),
  kind: view.kind,
  mode: view.mode,
  state: view.state,
  asked_by: view.askedBy,
  from: timeText(view.from),
  to: timeText(view.to),
  progress: view.progress,
  report: view.report,
  created_at: view.createdAt.toISOString(),
  started_at: timeText(view.startedAt),
  finished_at: timeText(view.finishedAt),
});

export function renderCase(view: CaseView): z.infer<typeof CaseSchema> {
  const known = Object.entries(FINDING_CLASSES).find(([name]) => name === view.class)?.[1];
  return {
    id: toPublicId('case', view.id),
    class: view.class,
    meaning: known?.meaning ?? 'Known to a newer version',
    severity: view.severity,
    repair: known?.repair ?? 'manual',
    subject: view.subject,
    stripe_ids: view.stripeIds,
    wallet: view.wallet,
    purchase: view.purchase === null ? null : toPublicId('pur', view.purchase),
    expected: view.expected,
    actual: view.actual,
    credits: formatAmount(view.deltaCredits),
    minor: Number(view.deltaMinor),
    currency: view.currency,
    state: view.state,
    failures: view.failures,
    parked_at: timeText(view.parkedAt),
    first_seen: view.firstSeen.toISOString(),
    last_seen: view.lastSeen.toISOString(),
    age_seconds: Math.floor(
      ((view.closedAt ?? new Date()).getTime() - view.firstSeen.getTime()) / 1_000,
    ),
    closed_at: timeText(view.closedAt),
    closed_by: view.closedBy,
    reason: view.reason,
    remedy: view.closedAt === null ? remedyOf(remediable(view)) : null,
  };
}

const remediable = ({ id, class: name, purchase, parkedAt }: CaseView) => ({
  id: toPublicId('case', id),
  class: name,
  purchase: purchase === null ? null : toPublicId('pur', purchase),
  parked: parkedAt !== null,
});

export const renderFinding = (view: FindingView): z.infer<typeof FindingSchema> => ({
  ...renderCase(view),
  result: view.result,
  detail: view.detail,
});
