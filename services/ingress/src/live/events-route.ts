import { Owner } from '@bursar/contracts';
import { readWalletMarks } from '@bursar/ledger/reads';
import { z } from 'zod';
import { callerId } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

const RETRY_AFTER = { 'Retry-After': '10' };

export const walletEventRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/wallets/{wallet}/events',
    operationId: 'streamWalletEvents',
    tag: 'Wallets',
    summary: "Follow a wallet's balance and transactions as server-sent events",
    description:
      'Events are `balance` (the wallet), `transaction`, `gap` when more than a thousand were missed, and `beat` every ten seconds or so while the wallet is looked at: without one for longer, what is known may be out of date. `Last-Event-ID` continues where a stream ended. Streams end after about 15 minutes, and soon after the right to read the wallet; come back.',
    params: z.strictObject({ wallet: Owner }),
    problems: ['wallet_not_found', 'rate_limited'],
    answers: { 200: { description: 'The stream', contentType: 'text/event-stream' } },
    handle: async ({ caller, params: { wallet }, header, callerNow }) => {
      const refusal = await permit(services.db, caller, 'read_wallet', wallet);
      if (refusal !== null) return refusal;
      if ((await readWalletMarks(services.db, [wallet])).length === 0) {
        return problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`);
      }
      const key = callerId(caller);
      switch (services.live.room(key)) {
        case 'full':
          return problem('unavailable', 'Too many streams are open. Come back in a moment.', {
            headers: RETRY_AFTER,
          });
        case 'caller_full':
          return problem('rate_limited', 'Close a stream before you open another one.', {
            headers: RETRY_AFTER,
          });
        case 'room': {
          const since = versionFrom(header('Last-Event-ID'));
          const mayRead = async (): Promise<boolean> => {
            const now = await callerNow();
            return (
              !isProblem(now) && (await permit(services.db, now, 'read_wallet', wallet)) === null
            );
          };
          const endsAt = caller.kind === 'product' ? undefined : caller.signedIn?.expiresAt;
          const stream = { caller: key, owner: wallet, since, mayRead, endsAt };
          return { kind: 'stream', write: (response) => services.live.follow(response, stream) };
        }
      }
    },
  }),
];

/** Ids of events are versions of the wallet; whatever else is sent starts from now. */
const versionFrom = (id: string | undefined): bigint | null =>
  id !== undefined && /^\d{1,18}$/.test(id) ? BigInt(id) : null;
