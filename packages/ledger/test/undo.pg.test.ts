import { randomUUID } from 'node:crypto';
import { toPublicId } from '@bursar/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyCommand, inTransaction, previewCommand, resumeRecalls } from '../src/operations.ts';
import { startAllocation } from '../src/allocation/allocation.ts';
import { undoAllocation } from '../src/recall/recall.ts';
import { codeOf, openWorlds, type World } from './outcome-world.ts';
import { micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

/** Ten credits for each of these members; answers with the allocation. */
const give = (w: World, recipients: string[]): Promise<string> =>
  w.idFrom(
    'alc',
    { type: 'allocation', from: w.acme, recipients, amount_per_recipient: micro(10) },
    'allocation',
    'id',
  );
const undoOf = (allocation: string) => ({ type: 'allocation_undo' as const, allocation });

/** What an undo says: how much came back, what is held, and from whom. */
async function undo(w: World, allocation: string): Promise<unknown> {
  const outcome = await w.apply(undoOf(allocation));
  if (outcome.verdict !== 'applied') throw new Error(codeOf(outcome));
  return outcome.result['undo'];
}

const whole = async (w: World, wallet: string): Promise<number> =>
  Number((await w.balance(wallet)).credits) / 1e6;

test('an undo brings back what nobody has spent, and says from whom', async () => {
  const w = await worlds.newWorld();
  const allocation = await give(w, [w.ana, w.ben]);
  await w.charge({ wallet: w.ben, whole: 4 });
  expect(await undo(w, allocation)).toMatchObject({
    members: 2,
    returned: '16',
    held: '0',
    recipients: [
      { user: w.ana, returned: '10', held: '0' },
      { user: w.ben, returned: '6', held: '0' },
    ],
  });
  expect([await whole(w, w.acme), await whole(w, w.ana), await whole(w, w.ben)]).toEqual([
    96, 50, 0,
  ]);
});

test('a preview says for each recipient what would come back, what is held and what is gone, and moves nothing', async () => {
  const w = await worlds.newWorld();
  const allocation = await give(w, [w.ana, w.ben]);
  await w.charge({ wallet: w.ben, whole: 4 });
  await w.hold(w.ben, 5);
  const policy = { graceDays: 7 };
  const tried = await previewCommand(w.worker, newHead(), undoOf(allocation), policy);
  expect(tried).toEqual({
    status: 'succeeded',
    result: {
      undo: {
        allocation: toPublicId('alc', allocation),
        members: 2,
        members_returning: 2,
        members_holding: 1,
        allocated: '20',
        returned: '11',
        held: '5',
        gone: '4',
        recipients: [
          { user: w.ana, allocated: '10', returned: '10', held: '0', gone: '0' },
          { user: w.ben, allocated: '10', returned: '1', held: '5', gone: '4' },
        ],
      },
    },
  });
  expect([await whole(w, w.acme), await whole(w, w.ana)]).toEqual([80, 60]);
  expect(await undo(w, allocation)).toMatchObject({ returned: '11', held: '5' });
  const again = await previewCommand(w.worker, newHead(), undoOf(allocation), policy);
  expect(again).toMatchObject({ result: { undo: { returned: '0', held: '5', gone: '15' } } });
});

test('what comes back is again what it was in the pool: kind, expiry, cost basis', async () => {
  const w = await worlds.newWorld();
  await w.buy(w.acme, 30, 90);
  await w.apply({
    type: 'grant',
    wallet: w.acme,
    amount: micro(5),
    kind: 'promotional',
    reason: 'x',
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const before = await lotsOf(w);
  const all = { recipients: [w.ben], amount_per_recipient: micro(135) };
  const allocation = await w.idFrom(
    'alc',
    { type: 'allocation', from: w.acme, ...all },
    'allocation',
    'id',
  );
  await undo(w, allocation);
  expect(await lotsOf(w)).toEqual(before);
});

const lotsOf = (w: World) => w.worker`
  select l.kind, l.priority, l.unit_cost, l.cost_currency, l.expires_at::text, l.remaining, l.purchase_id
  from bursar.lots l join bursar.wallets x on x.id = l.wallet_id
  where x.owner = ${w.acme} and not l.closed order by l.kind, l.expires_at`;

test('what is held stays and can be taken back when the hold has ended', async () => {
  const w = await worlds.newWorld();
  const allocation = await give(w, [w.ben]);
  const hold = await w.hold(w.ben, 7);
  expect(await undo(w, allocation)).toMatchObject({ returned: '3', held: '7' });
  expect(await undo(w, allocation)).toMatchObject({ returned: '0', held: '7' });
  await w.apply({ type: 'hold_release', hold });
  expect(await undo(w, allocation)).toMatchObject({ returned: '7', held: '0' });
  expect(await whole(w, w.acme)).toBe(100);
});

test('credits of other allocations, and of the members themselves, are not touched', async () => {
  const w = await worlds.newWorld();
  const first = await give(w, [w.ana]);
  await give(w, [w.ana]);
  expect(await undo(w, first)).toMatchObject({ returned: '10' });
  expect(await whole(w, w.ana)).toBe(60);
});

test('what a member gave back or moved on is not taken twice', async () => {
  const w = await worlds.newWorld();
  const allocation = await give(w, [w.ben]);
  const back = { from: w.ben, to: w.acme, amount: micro(6), unrestricted: false };
  await w.apply({ type: 'transfer', ...back });
  expect(await undo(w, allocation)).toMatchObject({ returned: '4' });
  expect([await whole(w, w.acme), await whole(w, w.ben)]).toEqual([100, 0]);
});

test('an undo is one effect however often it is asked for, and knows other requests under its key', async () => {
  const w = await worlds.newWorld();
  const allocation = await give(w, [w.ben]);
  const head = newHead();
  const outcomes = [];
  for (let count = 0; count < 3; count += 1) {
    outcomes.push(await w.outcome(undoOf(allocation), head));
  }
  expect(outcomes).toEqual(['applied', 'replayed', 'replayed']);
  const other = { ...head, hash: randomUUID() };
  expect(await w.outcome(undoOf(allocation), other)).toBe('conflict');
  expect(await w.outcome(undoOf(randomUUID()))).toBe('rejected: not_found');
});

test('an allocation that is still being handed out cannot be undone yet', async () => {
  const w = await worlds.newWorld();
  const one = { recipients: [w.ben], amount_per_recipient: micro(1) };
  const started = await inTransaction(w.worker, (tx) =>
    startAllocation(tx, newHead(), { type: 'allocation', from: w.acme, ...one }),
  );
  if (started.verdict !== 'pending') throw new Error('It should have begun.');
  const id = String(started.result['allocation']);
  expect(await w.outcome(undoOf(id))).toBe('rejected: allocation_running');
});

test('an undo whose worker died is finished by the sweeper, once', async () => {
  const w = await worlds.newWorld();
  const allocation = await give(w, [w.ana, w.ben]);
  const head = newHead();
  const begun = await inTransaction(w.worker, (tx) => undoAllocation(tx, head, undoOf(allocation)));
  expect(begun.verdict).toBe('pending');
  await Promise.all([resumeRecalls(w.worker, 0, 5), resumeRecalls(w.worker, 0, 5)]);
  expect(await w.outcome(undoOf(allocation), head)).toBe('replayed');
  expect(await whole(w, w.acme)).toBe(100);
});

test('of a suspended or removed member comes back what is still there', async () => {
  const w = await worlds.newWorld();
  const allocation = await give(w, [w.ana, w.ben]);
  await w.apply({ type: 'member_removal', organization: w.acme, member: w.ben });
  expect(await undo(w, allocation)).toMatchObject({ returned: '10' });
  expect(await whole(w, w.acme)).toBe(100);
});

test('each recipient may have an amount of their own, and the whole is still all or nothing', async () => {
  const w = await worlds.newWorld();
  const give2 = (...amounts: number[]) => ({
    type: 'allocation' as const,
    from: w.acme,
    recipients: [w.ana, w.ben].map((user, at) => ({ user, amount: micro(amounts[at] ?? 0) })),
  });
  expect(await w.outcome(give2(60, 41))).toBe('rejected: insufficient_credits');
  const given = await w.apply(give2(60, 40));
  expect(given).toMatchObject({
    verdict: 'applied',
    result: { allocation: { recipients: 2, amount_per_recipient: null, total: '100' } },
  });
  expect([await whole(w, w.acme), await whole(w, w.ana), await whole(w, w.ben)]).toEqual([
    0, 110, 40,
  ]);
});

test('every fault of a list is named with its place, and nothing moves', async () => {
  const w = await worlds.newWorld();
  const recipients = [w.ben, w.zoe, w.dan, w.ben];
  const outcome = await applyCommand(
    w.worker,
    newHead(),
    { type: 'allocation', from: w.acme, recipients, amount_per_recipient: micro(1) },
    { graceDays: 7 },
  );
  expect(outcome).toMatchObject({
    verdict: 'rejected',
    error: {
      code: 'duplicate_recipient',
      subjects: [w.ben],
      errors: [
        { pointer: '/recipients/1', message: `${w.zoe} is no member of ${w.acme}` },
        { pointer: '/recipients/2', message: `${w.dan} is suspended` },
        { pointer: '/recipients/3', message: `${w.ben} is named before` },
      ],
    },
  });
});
