import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bare, openWorlds, type World } from './outcome-world.ts';
import { putMember } from '../src/reads.ts';
import { credits, micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Line = [string, (world: World) => Promise<string>, string];

const removalOf = (w: World, member: string) =>
  ({ type: 'member_removal', organization: w.acme, member }) as const;

test.each<Line>([
  ['a member', (w) => w.outcome(removalOf(w, w.ben)), 'applied'],
  ['a suspended member', (w) => w.outcome(removalOf(w, w.dan)), 'applied'],
  ['the only owner', (w) => w.outcome(removalOf(w, w.ana)), 'rejected: last_owner'],
  [
    'an owner beside another',
    async (w) => {
      const member = { organization: bare(w.acme), user: bare(w.ben), role: 'owner' } as const;
      await putMember(worlds.database.db, member);
      return w.outcome(removalOf(w, w.ana));
    },
    'applied',
  ],
  ['somebody who was removed', (w) => w.outcome(removalOf(w, w.eve)), 'rejected: not_a_member'],
  ['a stranger', (w) => w.outcome(removalOf(w, w.zoe)), 'rejected: not_a_member'],
  ['somebody unknown', (w) => w.outcome(removalOf(w, 'user:nobody')), 'rejected: not_a_member'],
  [
    'from an organization that does not exist',
    (w) => w.outcome({ ...removalOf(w, w.ben), organization: 'org:nowhere' }),
    'rejected: not_a_member',
  ],
  [
    'asked for again',
    async (w) => {
      const head = newHead();
      await w.outcome(removalOf(w, w.ben), head);
      return w.outcome(removalOf(w, w.ben), head);
    },
    'replayed',
  ],
  [
    'under a key that asked for another',
    async (w) => {
      const head = newHead();
      await w.outcome(removalOf(w, w.ben), head);
      return w.outcome(removalOf(w, w.dan), { ...head, hash: randomUUID() });
    },
    'conflict',
  ],
])('removal: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test('what the member had from elsewhere stays, what is held follows when its hold ends', async () => {
  const world = await worlds.newWorld();
  const { acme, ben } = world;
  await world.grant(ben, 5);
  const all = { type: 'allocation', from: acme, amount_per_recipient: micro(20) } as const;
  await world.outcome({ ...all, recipients: [ben] });
  const command = { type: 'hold', wallet: ben, amount: micro(8), product: 'x' } as const;
  const held = { ...command, on_behalf_of: acme, expires_in: 900 };
  const hold = await world.idFrom('hold', held, 'hold', 'id');
  await world.outcome(removalOf(world, ben));
  expect(await world.balance(acme)).toMatchObject({ credits: credits(92) });
  expect(await world.balance(ben)).toMatchObject({ credits: credits(13), held: credits(8) });
  await world.outcome({ type: 'hold_release', hold });
  expect(await world.balance(acme)).toMatchObject({ credits: credits(100) });
  expect(await world.balance(ben)).toMatchObject({ credits: credits(5), held: 0n });
});

test('credits that a reversal gave back in a grace lot return as what they were in the pool', async () => {
  const world = await worlds.newWorld();
  const { acme, ben } = world;
  await world.grant(acme, 30, { expires_at: new Date(Date.now() + 400).toISOString() });
  const command = { type: 'allocation', from: acme, amount_per_recipient: micro(30) } as const;
  await world.outcome({ ...command, recipients: [ben] });
  const transaction = await world.charged(ben, 30);
  await expect
    .poll(
      () => world.worker`
      select from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
      where w.owner = ${ben} and l.expires_at > clock_timestamp()`,
    )
    .toHaveLength(0);
  await world.outcome({ type: 'reversal', transaction, reason: 'Job failed' });
  await world.outcome(removalOf(world, ben));
  const returned = await world.worker`
    select l.kind, l.remaining, l.allocated_by from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
    where w.owner = ${acme} and l.parent_lot is not null`;
  expect(returned).toEqual([{ kind: 'promotional', remaining: credits(30), allocated_by: null }]);
});
