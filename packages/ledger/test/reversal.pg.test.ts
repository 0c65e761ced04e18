import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorlds, type World } from './outcome-world.ts';
import { credits, micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Line = [string, (world: World) => Promise<string>, string];

const reversalOf = (transaction: string, whole?: number) => ({
  type: 'reversal' as const,
  transaction,
  reason: 'Job failed',
  ...(whole === undefined ? {} : { amount: micro(whole) }),
});
const reverse = async (w: World, ...parts: (number | undefined)[]): Promise<string> => {
  const transaction = await w.charged(w.ana, 20);
  let last = '';
  for (const part of parts) last = await w.outcome(reversalOf(transaction, part));
  return last;
};

test.each<Line>([
  ['of all', (w) => reverse(w, undefined), 'applied'],
  ['of a part', (w) => reverse(w, 5), 'applied'],
  ['of a part and then the rest', (w) => reverse(w, 5, undefined), 'applied'],
  ['in parts that sum to it', (w) => reverse(w, 5, 15), 'applied'],
  ['of more than was charged', (w) => reverse(w, 21), 'rejected: reversal_exceeds_charge'],
  ['of more than is left', (w) => reverse(w, 5, 16), 'rejected: reversal_exceeds_charge'],
  [
    'of nothing that is left',
    (w) => reverse(w, undefined, undefined),
    'rejected: reversal_exceeds_charge',
  ],
  ['of a charge that never was', (w) => w.outcome(reversalOf(randomUUID())), 'rejected: not_found'],
  [
    'of something that is no charge',
    async (w) => {
      const [grant] = await w.worker<{ id: string }[]>`
        select t.id from bursar.transactions t join bursar.wallets w on w.id = t.wallet_id
        where w.owner = ${w.ana} and t.kind = 'grant'`;
      return w.outcome(reversalOf(grant?.id ?? ''));
    },
    'rejected: not_found',
  ],
  [
    'asked for again',
    async (w) => {
      const [transaction, head] = [await w.charged(w.ana, 20), newHead()];
      await w.outcome(reversalOf(transaction, 5), head);
      return w.outcome(reversalOf(transaction, 5), head);
    },
    'replayed',
  ],
  [
    'under a key that asked for another',
    async (w) => {
      const [transaction, head] = [await w.charged(w.ana, 20), newHead()];
      await w.outcome(reversalOf(transaction, 5), head);
      return w.outcome(reversalOf(transaction, 6), { ...head, hash: randomUUID() });
    },
    'conflict',
  ],
])('reversal: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test('debt that the charge left is settled first, then the lots are filled', async () => {
  const world = await worlds.newWorld();
  const transaction = await world.charged(world.ana, 70);
  expect(await world.balance(world.ana)).toMatchObject({ credits: 0n, owed: credits(20) });
  await world.outcome(reversalOf(transaction, 30));
  expect(await world.balance(world.ana)).toMatchObject({ credits: credits(10), owed: 0n });
});

test('credits whose lot has expired meanwhile live for the grace, or lapse at once without one', async () => {
  const world = await worlds.newWorld();
  const soon = () => ({ expires_at: new Date(Date.now() + 300).toISOString() });
  const lots = () => world.worker<{ remaining: bigint; days: number | null }[]>`
    select l.remaining, round(extract(epoch from l.expires_at - now()) / 86400)::int as days
    from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
    where w.owner = ${world.zoe} and l.remaining > 0`;
  await world.grant(world.zoe, 10, soon());
  const [first, second] = [await world.charged(world.zoe, 4), await world.charged(world.zoe, 6)];
  await expect.poll(() => expired(world)).toBe(true);
  await world.apply(reversalOf(first), newHead(), 7);
  await world.apply(reversalOf(second), newHead(), 0);
  expect(await lots()).toEqual([{ remaining: credits(4), days: 7 }]);
});

async function expired(world: World): Promise<boolean> {
  const rows = await world.worker`
    select from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
    where w.owner = ${world.zoe} and l.expires_at > clock_timestamp()`;
  return rows.length === 0;
}
