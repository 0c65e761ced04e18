import { Owner, WalletSettingsBody } from '@bursar/contracts';
import { readWallet, setOverdraftLimit, setSoftLandingLimit } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { problem } from '../problems/problem.ts';
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
      '`overdraft_limit` is for every charge: `null` is any amount, `"0"` none. `soft_landing_limit` is how much debt beyond it the holds under way may declare together, so that admitted work can finish.',
    params: z.strictObject({ wallet: Owner }),
    body: WalletSettingsBody,
    example: { overdraft_limit: '100' },
    problems: ['invalid_amount', 'wallet_not_found'],
    answers: { 200: { description: 'The wallet', schema: WalletSchema } },
    handle: async ({ caller, params: { wallet }, body }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      if (body.overdraft_limit !== undefined) {
        await setOverdraftLimit(services.db, { wallet, limit: body.overdraft_limit });
      }
      if (body.soft_landing_limit !== undefined) {
        await setSoftLandingLimit(services.db, { wallet, limit: body.soft_landing_limit });
      }
      const view = await readWallet(services.db, wallet);
      return view === null
        ? problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`)
        : ok(renderWallet(view));
    },
  }),
];
