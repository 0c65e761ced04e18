import type { LedgerCommand } from '@bursar/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPurchase } from '../src/operations.ts';
import { putMember, reinstateMember } from '../src/reads.ts';
import { bare, codeOf, openWorlds, type World } from './outcome-world.ts';
import { micro, newHead } from './reads-fixtures.ts';

const ROUNDS = 6;

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

/** Deletes an organization with 100 credits while something else happens to it; answers both outcomes. */
async function against(rival: (w: World) => Promise<() => Promise<string>>): Promise<string[][]> {
  const seen: string[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const w = await worlds.newWorld();
    await reinstateMember(worlds.database.db, { organization: bare(w.acme), user: bare(w.dan) });
    const act = await rival(w);
    const deletion: LedgerCommand = {
      type: 'organization_deletion',
      organization: w.acme,
      confirm: bare(w.acme),
      forfeit: micro(100),
    };
    seen.push(await Promise.all([w.outcome(deletion), act()]));
  }
  return seen;
}

test.each<[string, (w: World) => Promise<() => Promise<string>>, string[]]>([
  [
    'a charge of the pool',
    async (w) => async () => (await w.charge({ wallet: w.acme, whole: 5 }))[0] ?? '',
    ['rejected: wallet_closed'],
  ],
  [
    'an allocation',
    async (w) => () =>
      w.outcome({
        type: 'allocation',
        from: w.acme,
        recipients: 'all',
        amount_per_recipient: micro(1),
      }),
    ['rejected: wallet_closed'],
  ],
  [
    'an approval',
    async (w) => {
      const request = await w.request(w.ben, 5);
      return () => w.outcome({ type: 'credit_request_approval', request });
    },
    ['rejected: request_not_pending'],
  ],
  [
    'a purchase',
    async (w) => async () => {
      const order = { wallet: w.acme, credits: micro(10), subtotal: 100, currency: 'usd' };
      return codeOf(await openPurchase(w.worker, newHead(), order, 12));
    },
    ['rejected: wallet_closed'],
  ],
  [
    'a hold',
    async (w) => () =>
      w.outcome({
        type: 'hold',
        wallet: w.acme,
        amount: micro(5),
        product: 'x',
        expires_in: 60,
      }),
    ['rejected: wallet_closed'],
  ],
])('against %s exactly one of the two happens', async (_, rival, refusals) => {
  for (const [deleted, other] of await against(rival)) {
    if (deleted === 'applied') expect(refusals).toContain(other);
    else {
      expect(['rejected: confirmation_mismatch', 'rejected: account_not_settled']).toContain(
        deleted,
      );
      expect(['applied', 'pending']).toContain(other);
    }
  }
});

test('against somebody who joins it leaves no member', async () => {
  const seen = await against(async (w) => async () => {
    const joining = { organization: bare(w.acme), user: bare(w.zoe), role: 'member' } as const;
    const outcome = await putMember(worlds.database.db, joining);
    return outcome.ok ? 'joined' : outcome.refusal;
  });
  for (const [deleted, joined] of seen) {
    expect(deleted).toBe('applied');
    expect(['joined', 'unknown_organization']).toContain(joined);
  }
});

test('two at once are one deletion, and both say so', async () => {
  const seen = await against(
    async (w) => () =>
      w.outcome({
        type: 'organization_deletion',
        organization: w.acme,
        confirm: bare(w.acme),
        forfeit: micro(100),
      }),
  );
  for (const outcomes of seen) expect(outcomes).toEqual(['applied', 'applied']);
});
