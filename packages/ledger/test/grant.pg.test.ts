import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantOf, openWorlds, type World } from './outcome-world.ts';
import { credits, micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Line = [string, (world: World) => Promise<string>, string];

const DAY = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
const grant = (w: World, terms: object = {}) =>
  w.outcome({ ...grantOf(w.zoe, micro(5)), ...terms });

test.each<Line>([
  ['promotional credits', (w) => grant(w), 'applied'],
  ['an adjustment', (w) => grant(w, { kind: 'adjustment' }), 'applied'],
  ['credits that expire', (w) => grant(w, { expires_at: inDays(1) }), 'applied'],
  ['credits of the future', (w) => grant(w, { effective_at: inDays(1) }), 'applied'],
  [
    'an expiry that has passed',
    (w) => grant(w, { expires_at: inDays(-1) }),
    'rejected: invalid_request',
  ],
  [
    'an expiry before they are effective',
    (w) => grant(w, { effective_at: inDays(3), expires_at: inDays(2) }),
    'rejected: invalid_request',
  ],
  [
    'a wallet that does not exist',
    (w) => grant(w, { wallet: 'user:nobody' }),
    'rejected: wallet_not_found',
  ],
  [
    'more than a wallet can hold',
    async (w) => {
      const fortune = { amount: '999999999999999999' };
      for (let times = 0; times < 4; times += 1) await grant(w, fortune);
      return grant(w, fortune);
    },
    'rejected: balance_limit_reached',
  ],
  [
    'the same request again',
    async (w) => {
      const head = newHead();
      await w.outcome(grantOf(w.zoe, micro(5)), head);
      return w.outcome(grantOf(w.zoe, micro(5)), head);
    },
    'replayed',
  ],
  [
    'another request under the same key',
    async (w) => {
      const head = newHead();
      await w.outcome(grantOf(w.zoe, micro(5)), head);
      return w.outcome(grantOf(w.zoe, micro(6)), { ...head, hash: randomUUID() });
    },
    'conflict',
  ],
])('grant: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test('credits of the future pay what is owed only when their time has come', async () => {
  const world = await worlds.newWorld();
  await world.charge({ wallet: world.zoe, whole: 3 });
  await grant(world, { effective_at: new Date(Date.now() + 400).toISOString() });
  expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(5), owed: credits(3) });
  await expect
    .poll(async () => {
      // Any command that touches the wallet brings it up to date.
      await world.outcome({
        type: 'hold',
        wallet: world.zoe,
        amount: micro(900),
        product: 'x',
        expires_in: 1,
      });
      return world.balance(world.zoe);
    })
    .toMatchObject({ credits: credits(2), owed: 0n });
});
