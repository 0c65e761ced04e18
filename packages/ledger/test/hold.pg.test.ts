import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bare, openWorlds, type World } from './outcome-world.ts';
import { expireDue } from '../src/operations.ts';
import { suspendMember } from '../src/reads.ts';
import { credits, micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Line = [string, (world: World) => Promise<string>, string];

const holdOf = (wallet: string, whole: number, behalf?: string) => ({
  type: 'hold' as const,
  wallet,
  amount: micro(whole),
  product: 'notebook',
  expires_in: 900,
  ...(behalf === undefined ? {} : { on_behalf_of: behalf }),
});
const captureOf = (hold: string, whole?: number, final = true) => ({
  type: 'hold_capture' as const,
  hold,
  final,
  ...(whole === undefined ? {} : { amount: micro(whole) }),
});
const releaseOf = (hold: string) => ({ type: 'hold_release' as const, hold });

test.each<Line>([
  ['some', (w) => w.outcome(holdOf(w.ana, 30)), 'applied'],
  ['all', (w) => w.outcome(holdOf(w.ana, 50)), 'applied'],
  ['more than there is', (w) => w.outcome(holdOf(w.ana, 51)), 'rejected: insufficient_credits'],
  [
    'what another hold has',
    async (w) => {
      await w.hold(w.ana, 30);
      return w.outcome(holdOf(w.ana, 21));
    },
    'rejected: insufficient_credits',
  ],
  [
    'in a wallet that does not exist',
    (w) => w.outcome(holdOf('user:nobody', 1)),
    'rejected: wallet_not_found',
  ],
  ['on behalf of one’s organization', (w) => w.outcome(holdOf(w.ana, 1, w.acme)), 'applied'],
  [
    'on behalf of another organization',
    (w) => w.outcome(holdOf(w.ben, 1, w.bolt)),
    'rejected: not_a_member',
  ],
  [
    'on behalf of an organization one is suspended in',
    (w) => w.outcome(holdOf(w.dan, 1, w.acme)),
    'rejected: member_suspended',
  ],
  [
    'asked for again',
    async (w) => {
      const head = newHead();
      await w.outcome(holdOf(w.ana, 30), head);
      return w.outcome(holdOf(w.ana, 30), head);
    },
    'replayed',
  ],
  [
    'under a key that asked for another',
    async (w) => {
      const head = newHead();
      await w.outcome(holdOf(w.ana, 30), head);
      return w.outcome(holdOf(w.ana, 20), { ...head, hash: randomUUID() });
    },
    'conflict',
  ],
])('hold: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test.each<Line>([
  ['all of it', async (w) => w.outcome(captureOf(await w.hold(w.ana, 30))), 'applied'],
  ['a part of it', async (w) => w.outcome(captureOf(await w.hold(w.ana, 30), 10)), 'applied'],
  [
    'beyond it, out of lots and debt',
    async (w) => w.outcome(captureOf(await w.hold(w.ana, 30), 60)),
    'applied',
  ],
  [
    'beyond it and beyond the overdraft',
    async (w) => {
      const hold = await w.hold(w.ana, 30);
      await w.limit(w.ana, 0n);
      return w.outcome(captureOf(hold, 51));
    },
    'rejected: insufficient_credits',
  ],
  [
    'again after a part that was not final',
    async (w) => {
      const hold = await w.hold(w.ana, 30);
      await w.outcome(captureOf(hold, 10, false));
      return w.outcome(captureOf(hold, 20));
    },
    'applied',
  ],
  [
    'again after parts that took all',
    async (w) => {
      const hold = await w.hold(w.ana, 30);
      await w.outcome(captureOf(hold, 30, false));
      return w.outcome(captureOf(hold, 1));
    },
    'applied',
  ],
  [
    'after it was captured',
    async (w) => {
      const hold = await w.hold(w.ana, 30);
      await w.outcome(captureOf(hold, 10));
      return w.outcome(captureOf(hold, 10));
    },
    'rejected: hold_not_open',
  ],
  [
    'after it was released',
    async (w) => {
      const hold = await w.hold(w.ana, 30);
      await w.outcome(releaseOf(hold));
      return w.outcome(captureOf(hold));
    },
    'rejected: hold_not_open',
  ],
  [
    'after its time, though no sweeper came',
    async (w) => w.outcome(captureOf(await w.hold(w.ana, 30, 0))),
    'rejected: hold_not_open',
  ],
  ['one that never was', (w) => w.outcome(captureOf(randomUUID())), 'rejected: not_found'],
  [
    'while suspended',
    async (w) => {
      const hold = await w.idFrom('hold', holdOf(w.ana, 30), 'hold', 'id');
      const organization = bare(w.acme);
      await suspendMember(worlds.database.db, { organization, user: bare(w.ana) });
      return w.outcome(captureOf(hold));
    },
    'applied',
  ],
])('capture: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test.each<Line>([
  ['an open hold', async (w) => w.outcome(releaseOf(await w.hold(w.ana, 30))), 'applied'],
  [
    'a hold that was released',
    async (w) => {
      const hold = await w.hold(w.ana, 30);
      await w.outcome(releaseOf(hold));
      return w.outcome(releaseOf(hold));
    },
    'rejected: hold_not_open',
  ],
  [
    'a hold whose time has passed',
    async (w) => w.outcome(releaseOf(await w.hold(w.ana, 30, 0))),
    'rejected: hold_not_open',
  ],
  ['a hold that never was', (w) => w.outcome(releaseOf(randomUUID())), 'rejected: not_found'],
])('release: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test('the sweeper ends holds whose time has come, and what they freed can be spent', async () => {
  const world = await worlds.newWorld();
  await world.hold(world.ana, 30, 0);
  await world.hold(world.ana, 10);
  await expireDue(world.worker);
  expect(await world.balance(world.ana)).toMatchObject({ credits: credits(50), held: credits(10) });
});

test('of two captures at once that may not go beyond the hold, one finds what is left of it', async () => {
  const world = await worlds.newWorld();
  for (let round = 0; round < 8; round += 1) {
    const hold = await world.hold(world.ana, 3);
    const capture = {
      type: 'hold_capture',
      hold,
      amount: micro(2),
      final: false,
      within: true,
    } as const;
    const outcomes = await Promise.all([world.outcome(capture), world.outcome(capture)]);
    expect(outcomes.toSorted()).toEqual(['applied', 'rejected: forbidden']);
    await world.apply({ type: 'hold_release', hold });
  }
  expect(await world.balance(world.ana)).toMatchObject({ credits: credits(50 - 16), owed: 0n });
});
