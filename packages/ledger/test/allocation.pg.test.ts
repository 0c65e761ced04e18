import { randomUUID } from 'node:crypto';
import type { LedgerCommandOf } from '@bursar/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resumeAllocations, startAllocation } from '../src/allocation/allocation.ts';
import { inTransaction } from '../src/operations.ts';
import { codeOf, openWorlds, type World } from './outcome-world.ts';
import { credits, micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Line = [string, (world: World) => Promise<string>, string];

type Allocation = LedgerCommandOf<'allocation'>;

const commandOf = (
  w: World,
  recipients: Allocation['recipients'],
  terms: Partial<Allocation> = {},
): Allocation => ({
  type: 'allocation',
  from: w.acme,
  recipients,
  amount_per_recipient: micro(10),
  ...terms,
});
const allocate = (...args: Parameters<typeof commandOf>) => args[0].outcome(commandOf(...args));

test.each<Line>([
  ['to all', (w) => allocate(w, 'all'), 'applied'],
  ['to some', (w) => allocate(w, [w.ana, w.ben]), 'applied'],
  ['of everything', (w) => allocate(w, 'all', { amount_per_recipient: micro(50) }), 'applied'],
  ['of a kind that is there', (w) => allocate(w, 'all', { kind: 'promotional' }), 'applied'],
  [
    'of a kind that is not there',
    (w) => allocate(w, 'all', { kind: 'purchased' }),
    'rejected: lot_kind_unavailable',
  ],
  [
    'of too much in sum',
    (w) => allocate(w, 'all', { amount_per_recipient: micro(51) }),
    'rejected: insufficient_credits',
  ],
  [
    'of a sum past any balance',
    (w) => allocate(w, [w.ana, w.ben], { amount_per_recipient: '999999999999999999' }),
    'rejected: insufficient_credits',
  ],
  ['to somebody twice', (w) => allocate(w, [w.ben, w.ana, w.ben]), 'rejected: duplicate_recipient'],
  ['to a stranger', (w) => allocate(w, [w.ben, w.zoe]), 'rejected: not_a_member'],
  ['to somebody who was removed', (w) => allocate(w, [w.eve]), 'rejected: not_a_member'],
  ['to a suspended member', (w) => allocate(w, [w.ben, w.dan]), 'rejected: member_suspended'],
  ['to nobody', (w) => allocate(w, []), 'rejected: not_a_member'],
  [
    'from an organization that does not exist',
    (w) => allocate(w, 'all', { from: 'org:nowhere' }),
    'rejected: wallet_not_found',
  ],
  [
    'asked for again',
    async (w) => {
      const head = newHead();
      await w.outcome(commandOf(w, 'all'), head);
      return w.outcome(commandOf(w, 'all'), head);
    },
    'replayed',
  ],
  [
    'under a key that asked for another',
    async (w) => {
      const head = newHead();
      await w.outcome(commandOf(w, 'all'), head);
      return w.outcome(commandOf(w, [w.ben]), { ...head, hash: randomUUID() });
    },
    'conflict',
  ],
])('allocation: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test.each<[string, (w: World) => string[], (w: World) => string[]]>([
  ['those named twice', (w) => [w.ben, w.ana, w.ben, w.zoe], (w) => [w.ben]],
  ['strangers', (w) => [w.zoe, w.ben, w.eve, w.dan], (w) => [w.zoe, w.eve]],
  ['suspended members', (w) => [w.ben, w.dan], (w) => [w.dan]],
])('a refused allocation names %s and moves nothing', async (_, recipients, named) => {
  const world = await worlds.newWorld();
  const outcome = await world.apply(commandOf(world, recipients(world)));
  expect(outcome).toMatchObject({ verdict: 'rejected', error: { subjects: named(world) } });
  expect(await world.balance(world.acme)).toMatchObject({ credits: credits(100), held: 0n });
});

test('a sum past any balance is refused with what it would take and what there is', async () => {
  const world = await worlds.newWorld();
  const people = [world.ana, world.ben];
  const fortune = { amount_per_recipient: '999999999999999999' };
  const [row] = await worlds.database.db<{ error: unknown }[]>`
    select bursar.refuse_sum(w.id, 5000000000000000000, now(), null) as error
    from bursar.wallets w where w.owner = ${world.acme}`;
  expect(row?.error).toMatchObject({ required: '5000000000000', available: '100' });
  const outcome = await world.apply(commandOf(world, people, fortune));
  expect(outcome).toMatchObject({ error: { required: '1999999999999.999998', available: '100' } });
  expect(codeOf(outcome)).toBe('rejected: insufficient_credits');
});

test('an allocation whose worker died goes on where it stopped, and its command finds it done', async () => {
  const world = await worlds.newWorld();
  const head = newHead();
  const command = commandOf(world, [world.ana, world.ben]);
  const started = await inTransaction(world.worker, (tx) => startAllocation(tx, head, command));
  expect(started.verdict).toBe('pending');
  expect(await world.balance(world.acme)).toMatchObject({ held: credits(20) });
  expect(await resumeAllocations(world.worker, 60, 10)).toBe(0);
  expect(await resumeAllocations(world.worker, 0, 10)).toBe(1);
  expect(await world.balance(world.acme)).toMatchObject({ held: 0n });
  expect(await world.outcome(command, head)).toBe('replayed');
  expect(await resumeAllocations(world.worker, 0, 10)).toBe(0);
});
