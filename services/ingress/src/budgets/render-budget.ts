import { BUDGET_PERIODS, formatAmount } from '@bursar/contracts';
import type { BudgetView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { CreditsSchema, timeText, TimeSchema } from '../reads/wire-values.ts';

const StateSchema = z
  .object({
    spent: CreditsSchema.meta({ description: 'Charged, less what was given back' }),
    held: CreditsSchema.meta({ description: 'Set aside by open holds' }),
    remaining: CreditsSchema,
    status: z.enum(['ok', 'alerted', 'exhausted']),
    period: z.object({ from: TimeSchema, to: TimeSchema.nullable() }),
  })
  .meta({ id: 'BudgetState', description: 'The present period of a budget' });

export const BudgetSchema = z
  .object({
    id: z.string(),
    wallet: z.string(),
    member: z.string().nullable(),
    product: z.string().nullable(),
    key: z.string().nullable(),
    limit: CreditsSchema,
    period: z.enum(BUDGET_PERIODS),
    alert_at: z.array(z.int()),
    enforce: z.boolean(),
    active_from: TimeSchema,
    state: StateSchema,
  })
  .meta({ id: 'Budget', description: 'A limit on what may be spent in a period' });

export const renderBudget = (view: BudgetView): z.infer<typeof BudgetSchema> => ({
  id: view.id,
  wallet: view.wallet,
  member: view.member,
  product: view.product,
  key: view.key,
  limit: formatAmount(view.limit),
  period: view.period,
  alert_at: view.alertAt,
  enforce: view.enforced,
  active_from: view.activeFrom.toISOString(),
  state: {
    spent: formatAmount(view.spent),
    held: formatAmount(view.held),
    remaining: formatAmount(remainingOf(view)),
    status: statusOf(view),
    period: { from: view.periodFrom.toISOString(), to: timeText(view.periodTo) },
  },
});

type Figures = Pick<BudgetView, 'limit' | 'spent' | 'held' | 'alertAt'>;

/** Never negative: captures may go beyond a limit. */
const remainingOf = ({ limit, spent, held }: Figures): bigint =>
  limit > spent + held ? limit - spent - held : 0n;

/** By what is spent now, so that a reversal may bring a budget back to `ok`. */
export function statusOf(figures: Figures): 'ok' | 'alerted' | 'exhausted' {
  if (remainingOf(figures) === 0n) return 'exhausted';
  const [lowest] = figures.alertAt;
  if (lowest === undefined) return 'ok';
  return figures.spent * 100n >= figures.limit * BigInt(lowest) ? 'alerted' : 'ok';
}
