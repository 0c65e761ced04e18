import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyHoldCommands } from '../src/hold/apply-hold-commands.ts';
import { inTransaction } from '../src/operations.ts';
import { openWorlds, type World } from './outcome-world.ts';
import { micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

/** What a capture answered as its lots, and what it moved out of lots, in whole credits. */
async function captured(w: World, hold: string, whole: number | null) {
  const outcome = await w.apply({
    type: 'hold_capture',
    hold,
    final: true,
    ...(whole !== null && { amount: micro(whole) }),
  });
  if (outcome.verdict !== 'applied') throw new Error(outcome.verdict);
  const { charge } = outcome.result as { charge: { lots: { amount: string }[]; owed: string } };
  return { said: charge.lots.map(({ amount }) => amount), moved: await movementsOf(w, hold) };
}

const amountOf = ({ amount }: { amount: number }): number => amount;

const movementsOf = (w: World, hold: string) =>
  w.worker<{ lot: string | null; amount: number }[]>`
    select m.from_lot as lot, (m.amount / 1000000)::integer as amount
    from bursar.transactions t
    join bursar.movement_history m on m.transaction_id = t.id
    where t.hold = ${hold}::uuid
    order by m.position`;

test('a capture above its hold takes each lot in one movement', async () => {
  const w = await worlds.newWorld();
  const hold = await w.hold(w.ana, 20);
  const { said, moved } = await captured(w, hold, 30);
  expect(said).toEqual(['30']);
  expect(moved.map(amountOf)).toEqual([30]);
});

test('what no lot covers stays a movement of its own', async () => {
  const w = await worlds.newWorld();
  const { said, moved } = await captured(w, await w.hold(w.ana, 20), 55);
  expect(said).toEqual(['50']);
  expect(moved.map(amountOf)).toEqual([50, 5]);
});

test.each([1, 8])(
  'an extension of the same lot adds to its movement, with %i captured in one batch',
  async (together) => {
    const w = await worlds.newWorld();
    await w.grant(w.zoe, 200);
    const holds = await Promise.all(Array.from({ length: together }, () => w.hold(w.zoe, 5)));
    for (const hold of holds) {
      const longer = { type: 'hold_extension', hold, expires_in: 900, amount: micro(9) } as const;
      expect(await w.outcome(longer)).toBe('applied');
    }
    const batch = holds.map((hold) => ({
      operation: newHead(),
      command: { type: 'hold_capture', hold, final: true } as const,
    }));
    const outcomes = await inTransaction(w.worker, (tx) => applyHoldCommands(tx, batch));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ result: { charge: { lots: [{ amount: '9' }] } } });
    }
    for (const hold of holds) expect((await movementsOf(w, hold)).map(amountOf)).toEqual([9]);
  },
);

test('parts of a lot that others part from each other keep their order, and are said once', async () => {
  const w = await worlds.newWorld();
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  await w.grant(w.zoe, 10, { expires_at: soon });
  await w.grant(w.zoe, 10);
  // Another hold keeps half of the first lot for itself while this one is placed, and frees it afterwards.
  const other = await w.hold(w.zoe, 5);
  const hold = await w.hold(w.zoe, 10);
  await w.outcome({ type: 'hold_release', hold: other });
  const { said, moved } = await captured(w, hold, 13);
  expect(moved.map(amountOf)).toEqual([5, 5, 3]);
  expect(moved[0]?.lot).toBe(moved[2]?.lot);
  expect(said).toEqual(['8', '5']);
});
