import { formatAmount, Owner, text, TRANSACTION_KINDS } from '@bursar/contracts';
import {
  readTotals,
  readUsage,
  readWalletMarks,
  type TotalsView,
  type UsageSums,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, problem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { RANGE_PARAMETERS, readRange } from './range-query.ts';
import { CreditsSchema, TimeSchema } from './wire-values.ts';

const GROUPS = ['day', 'product', 'member'] as const;

const SumsSchema = z.object({
  charged: CreditsSchema,
  returned: CreditsSchema.meta({ description: 'Given back by reversals' }),
  net: CreditsSchema,
  charges: z.int(),
});

const UsageSchema = z
  .object({
    wallet: z.string(),
    group_by: z.enum(GROUPS),
    from: TimeSchema,
    to: TimeSchema,
    data: z.array(SumsSchema.extend({ key: z.string() })),
    total: SumsSchema.meta({ description: 'Of all groups, also of those left out' }),
    truncated: z.boolean().meta({ description: 'Whether there are more than a thousand groups' }),
  })
  .meta({ id: 'Usage', description: 'What was used, as the ledger booked it' });

const StandingSchema = z.object({ balance: CreditsSchema, owed: CreditsSchema });

const TotalsSchema = z
  .object({
    wallet: z.string(),
    from: TimeSchema,
    to: TimeSchema,
    opening: StandingSchema,
    closing: StandingSchema,
    change: CreditsSchema.meta({ description: 'opening + change = closing, less what is owed' }),
    kinds: z.array(
      z.object({ kind: z.enum(TRANSACTION_KINDS), count: z.int(), amount: CreditsSchema }),
    ),
  })
  .meta({ id: 'Totals', description: 'Transactions summed by kind, tied to both balances' });

export const reportRoutes = (services: Services): Route[] => [
  usageRoute(services),
  totalsRoute(services),
];

const usageRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/usage',
    operationId: 'getUsage',
    tag: 'Wallets',
    summary: 'Sum up what a wallet used by day, product or member',
    description:
      "An organization's usage is that of its pool and what members charged on its behalf. Days are UTC, by the time of booking.",
    query: z.strictObject({
      wallet: Owner,
      group_by: z.enum(GROUPS).optional().meta({ description: 'Default: day' }),
      product: text(100).optional(),
      ...RANGE_PARAMETERS,
    }),
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'The sums', schema: UsageSchema } },
    handle: async ({ caller, query: { wallet, product, group_by: group = 'day', ...times } }) => {
      const refusal = await permit(services.db, caller, 'read_wallet', wallet);
      if (refusal !== null) return refusal;
      const range = readRange(times);
      if (isProblem(range)) return range;
      if ((await readWalletMarks(services.db, [wallet])).length === 0) return unknown(wallet);
      const filter = { from: range.from, to: range.to, product };
      const usage = await readUsage(services.db, wallet, group, filter);
      return ok({
        wallet,
        group_by: group,
        from: range.from.toISOString(),
        to: range.to.toISOString(),
        data: usage.groups.map(({ key, ...sums }) => ({ key, ...renderSums(sums) })),
        total: renderSums(usage.total),
        truncated: usage.truncated,
      });
    },
  });

const totalsRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/{wallet}/totals',
    operationId: 'getWalletTotals',
    tag: 'Wallets',
    summary: "Sum up a wallet's transactions by kind, with the balances before and after",
    params: z.strictObject({ wallet: Owner }),
    query: z.strictObject(RANGE_PARAMETERS),
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'The totals', schema: TotalsSchema } },
    handle: async ({ caller, params: { wallet }, query }) => {
      const refusal = await permit(services.db, caller, 'read_wallet', wallet);
      if (refusal !== null) return refusal;
      const range = readRange(query);
      if (isProblem(range)) return range;
      const totals = await readTotals(services.db, wallet, range);
      if (totals === null) return unknown(wallet);
      const times = { from: range.from.toISOString(), to: range.to.toISOString() };
      return ok({ wallet, ...times, ...renderTotals(totals) });
    },
  });

const renderSums = (sums: UsageSums): z.infer<typeof SumsSchema> => ({
  charged: formatAmount(sums.charged),
  returned: formatAmount(sums.returned),
  net: formatAmount(sums.net),
  charges: sums.charges,
});

const renderTotals = ({ opening, closing, kinds }: TotalsView) => ({
  opening: { balance: formatAmount(opening.balance), owed: formatAmount(opening.owed) },
  closing: { balance: formatAmount(closing.balance), owed: formatAmount(closing.owed) },
  change: formatAmount(kinds.reduce((sum, { amount }) => sum + amount, 0n)),
  kinds: kinds.map(({ kind, count, amount }) => ({ kind, count, amount: formatAmount(amount) })),
});

const unknown = (wallet: string): Problem =>
  problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`);
