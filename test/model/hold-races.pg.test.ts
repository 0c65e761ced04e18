import { connectDatabase } from '@bursar/ledger/administration';
import {
  applyHoldCommands,
  expireDue,
  inTransaction,
  type Database,
  type Outcome,
} from '@bursar/ledger/operations';
import type { HoldCommand } from '@bursar/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ExampleLedger, micro, newHead } from '../examples/example-ledger.ts';
import { holdLock, untilBlocked } from '../harness/held-lock.ts';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { until } from '../harness/until.ts';

const ROUNDS = 40;

let database: TestDatabase;
let worker: Database;
let ledger: ExampleLedger;
let ana: string;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = connectDatabase({
    url: database.url,
    role: 'bursar_worker',
    name: 'bursar-races',
    max: 8,
  });
});
afterAll(async () => {
  await expectSoundLedger(database);
  await worker.end({ timeout: 5 });
  await database.drop();
});
beforeEach(async () => {
  ledger = new ExampleLedger(database.db, worker);
  ana = await ledger.person('ana');
  await ledger.grant(ana, '1000');
});

type Ending = 'capture' | 'release' | 'expiry';

const wordOf = (outcome: Outcome): string =>
  outcome.verdict === 'rejected' ? outcome.error.code : outcome.verdict;

async function stateOf(hold: string) {
  const [row] = await worker<{ status: string; captured: bigint; amount: bigint }[]>`
    select status, captured, amount from bursar.holds where id = ${hold}::uuid`;
  return row!;
}

describe('of everything that can happen to a hold at one moment', () => {
  test(
    'exactly one ends it, and each loser is told how it ended',
    { timeout: 120_000 },
    async () => {
      const holds = await Promise.all(
        Array.from({ length: ROUNDS }, () => ledger.hold(ana, '10', 1)),
      );
      await until('the holds are about to expire', async () => {
        const [row] = await worker<{ near: boolean }[]>`
        select min(expires_at) - clock_timestamp() < interval '60 milliseconds' as near
        from bursar.holds where id = any (${holds}::uuid[])`;
        return row?.near;
      });
      const attempts = holds.map(async (hold) => {
        const part = ledger.apply({ type: 'hold_capture', hold, amount: micro('1'), final: false });
        const final = ledger.apply({ type: 'hold_capture', hold, amount: micro('2'), final: true });
        const released = ledger.apply({ type: 'hold_release', hold });
        const longer = ledger.apply({
          type: 'hold_extension',
          hold,
          expires_in: 1,
          amount: micro('12'),
        });
        return Promise.all([part, final, released, longer]);
      });
      const sweeps = Promise.all([expireDue(worker), expireDue(worker)]);
      const answers = await Promise.all(attempts);
      await sweeps;
      await until('every hold has ended', async () => {
        await expireDue(worker);
        const open =
          await worker`select from bursar.holds where id = any (${holds}::uuid[]) and status = 'open'`;
        return open.length === 0;
      });
      let spent = 0n;
      for (const [index, hold] of holds.entries()) {
        const [part, final, released, longer] = answers[index]!;
        const { status, captured } = await stateOf(hold);
        const winners = [final, released].filter(({ verdict }) => verdict === 'applied').length;
        expect([hold, status, winners]).toEqual([hold, status, status === 'expired' ? 0 : 1]);
        expect(wordOf(final) === 'applied').toBe(status === 'captured');
        expect(wordOf(released) === 'applied').toBe(status === 'released');
        for (const outcome of [part, final, released, longer]) {
          if (outcome.verdict === 'applied') continue;
          expect(outcome).toMatchObject({
            error: {
              code: 'hold_not_open',
              detail: expect.stringContaining(`is ${status} already`),
            },
          });
        }
        const taken =
          (wordOf(part) === 'applied' ? 1_000_000n : 0n) +
          (wordOf(final) === 'applied' ? 2_000_000n : 0n);
        expect([hold, captured]).toEqual([hold, taken]);
        spent += taken;
      }
      expect(await ledger.held(ana)).toBe('0');
      expect(await ledger.available(ana)).toBe(String(1000 - Number(spent) / 1e6));
    },
  );

  test.each<[Ending, Ending]>([
    ['capture', 'release'],
    ['release', 'capture'],
    ['capture', 'expiry'],
    ['release', 'expiry'],
  ])('the %s that has the lock first wins over the %s behind it', async (first, second) => {
    const hold = await ledger.hold(ana, '10', 6);
    const lock = await holdLock(
      database.db,
      `select from bursar.wallets where owner = '${ana}' for no key update`,
    );
    const name = (ending: Ending) => `bursar-${ending}`;
    const pools = [first, second].map((ending) =>
      connectDatabase({ url: database.url, role: 'bursar_worker', name: name(ending), max: 1 }),
    );
    const run = (ending: Ending, db: Database): Promise<string> => {
      if (ending === 'expiry') return expireDue(db).then(() => 'swept');
      const command: HoldCommand =
        ending === 'capture'
          ? { type: 'hold_capture', hold, final: true }
          : { type: 'hold_release', hold };
      return inTransaction(db, (tx) =>
        applyHoldCommands(tx, [{ operation: newHead(), command }]),
      ).then(([outcome]) => wordOf(outcome!));
    };
    const leading = run(first, pools[0]!);
    await untilBlocked(database.db, name(first));
    // The sweeper looks only for what is due; the leader is let through before that or after, as it waits.
    if (second === 'expiry') {
      await lock.release();
      expect(await leading).toBe('applied');
      await worker`select pg_sleep(greatest(extract(epoch from expires_at - clock_timestamp()), 0) + 0.01)
        from bursar.holds where id = ${hold}::uuid`;
      expect(await run(second, pools[1]!)).toBe('swept');
    } else {
      const following = run(second, pools[1]!);
      await untilBlocked(database.db, name(second));
      await lock.release();
      expect([await leading, await following]).toEqual(['applied', 'hold_not_open']);
    }
    const status = first === 'capture' ? 'captured' : 'released';
    expect(await stateOf(hold)).toMatchObject({ status });
    await Promise.all(pools.map((pool) => pool.end({ timeout: 5 })));
  });

  test('an extension that was granted before the sweeper came keeps the hold open', async () => {
    const hold = await ledger.hold(ana, '10', 4);
    const lock = await holdLock(
      database.db,
      `select from bursar.wallets where owner = '${ana}' for no key update`,
    );
    const longer = ledger.apply({ type: 'hold_extension', hold, expires_in: 600 });
    await untilBlocked(database.db, 'bursar-races');
    await lock.release();
    expect(wordOf(await longer)).toBe('applied');
    await worker`select pg_sleep(4.1)`;
    await expireDue(worker);
    expect(await stateOf(hold)).toMatchObject({ status: 'open' });
  });

  test('a capture after its time is refused though nobody has swept', async () => {
    const hold = await ledger.hold(ana, '10', 0);
    const late = await ledger.apply({ type: 'hold_capture', hold, final: true });
    expect(late).toMatchObject({
      verdict: 'rejected',
      error: { code: 'hold_not_open', detail: expect.stringContaining('expired') },
    });
    expect(await ledger.state(ana)).toBe('1000 / 0');
    const [told] = await worker<{ payload: unknown }[]>`
      select payload from bursar.outbox where kind = 'hold-expired' order by id desc limit 1`;
    expect(told?.payload).toMatchObject({
      product: 'notebook',
      amount: '10',
      captured: '0',
      freed: '10',
    });
  });
});
