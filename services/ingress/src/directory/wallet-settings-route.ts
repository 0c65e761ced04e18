import { Owner, WalletSettingsBody } from '@bursar/contracts';
import {
  readWallet,
  setLowBalance,
  setOverdraftLimit,
  setSoftLandingLimit,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit, permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { problem, type Problem } from '../problems/problem.ts';
import { renderWallet, WalletSchema } from '../reads/render-wallet.ts';
import type { Services } from '../service/services.ts';

export const walletSettingsRoutes = (services: Services): Route[] => [
  route({
    method: 'patch',
    path: '/v1/wallets/{wallet}',
    operationId: 'updateWallet',
    tag: 'Operating',
    summary: 'Limit how far charges may go past the credits of a wallet',
    description:
      '`overdraft_limit` is for every charge: `null` is any amount, `"0"` none. `soft_landing_limit` is how much debt beyond it the holds under way may declare together, so that admitted work can finish. These two are for operators. `low_balance_at` is the balance below which people are warned, `"0"` never; who looks after the wallet may set it.',
    params: z.strictObject({ wallet: Owner }),
    body: WalletSettingsBody,
    example: { overdraft_limit: '100' },
    problems: ['invalid_amount', 'wallet_not_found', 'wallet_closed'],
    answers: { 200: { description: 'The wallet', schema: WalletSchema } },
    handle: async ({ caller, params: { wallet }, body }) => {
      const { low_balance_at: mark, ...limits } = body;
      const refusal =
        Object.keys(limits).length > 0
          ? permitAnywhere(caller, 'operate')
          : await permit(services.db, caller, 'set_low_balance', wallet);
      if (refusal !== null) return refusal;
      if (mark !== undefined) await setLowBalance(services.db, { wallet, mark });
      if (body.overdraft_limit !== undefined) {
        await setOverdraftLimit(services.db, { wallet, limit: body.overdraft_limit });
      }
      if (body.soft_landing_limit !== undefined) {
        await setSoftLandingLimit(services.db, { wallet, limit: body.soft_landing_limit });
      }
      const view = await readWallet(services.db, wallet);
      if (view === null) {
        return problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`);
      }
      return view.closedAt === null ? ok(renderWallet(view)) : closed(wallet);
    },
  }),
];

const closed = (wallet: string): Problem =>
  problem(
    'wallet_closed',
    `${wallet} was deleted and its wallet is closed. Its limits stay at nothing.`,
    { subjects: [wallet] },
  );
