import { randomUUID } from 'node:crypto';
import type { Database } from '@bursar/ledger/reads';
import { createLogger } from '@bursar/service-host';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { createOutcomeWaiter, type OutcomeWaiter } from '../src/operations/outcome-waiter.ts';

let database: TestDatabase;
let waiter: OutcomeWaiter;
let queries = 0;
/** Longer than all tests take together, so that those who wait still do. */
const PATIENCE_MS = 250_000;

/** The true connection, which counts what it is asked. */
const counting = (db: Database): Database =>
  new Proxy(db, {
    apply(target, self, args) {
      queries += 1;
      return Reflect.apply(target, self, args);
    },
  });

beforeAll(async () => {
  database = await createTestDatabase();
  waiter = createOutcomeWaiter(
    counting(database.connect('bursar_ingress')),
    createLogger('test', 'fatal'),
  );
  await waiter.start();
});
afterAll(async () => {
  await waiter.stop();
  await database.drop();
});

const finish = (key: string) =>
  database.db`
    with done as (
      insert into bursar.operations (key, type, request_hash, caller, status, error, created_at, completed_at)
      values (${key}, 'grant', ${randomUUID()}, 'key_x', 'rejected', '{"code":"wallet_not_found"}', now(), now())
      returning key)
    select pg_notify('bursar_operations', '') from done`;

it('finds each outcome within moments of its commit, for thousands who wait', async () => {
  const keys = Array.from({ length: 3_000 }, () => randomUUID());
  const waits = keys.map((key) => waiter.wait(key, PATIENCE_MS));
  expect(waiter.waiting()).toBe(3_000);
  const first = keys.slice(0, 20);
  const tookMs: number[] = [];
  for (const [at, key] of first.entries()) {
    await finish(key);
    const startedMs = performance.now();
    expect((await waits[at])?.operation).toMatchObject({ key, status: 'rejected' });
    tookMs.push(performance.now() - startedMs);
  }
  // Without signals each would wait for the next look, which is a second away; a machine stalls now and then.
  expect(tookMs.filter((ms) => ms < 900).length).toBeGreaterThan(10);
  expect(waiter.waiting()).toBe(2_980);
});

it('reads no oftener than it can for a storm of signals, with one query at a time', async () => {
  const before = queries;
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: 500 }, () => database.db`select pg_notify('bursar_operations', '')`),
  );
  const tookMs = performance.now() - startedMs;
  // 2,980 keys are three queries, and a read is followed by a pause at least as long as 2 ms.
  expect(queries - before).toBeLessThan(Math.max(60, (3 * tookMs) / 2));
  expect(queries - before).toBeLessThan(500);
});

it('hears again after its connection was cut', async () => {
  const key = randomUUID();
  const waiting = waiter.wait(key, PATIENCE_MS);
  await database.db`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen%'`;
  await finish(key);
  expect((await waiting).operation).toMatchObject({ key });
});

it('turns nobody away who may wait, and tells those for whom there is no room', async () => {
  const waits = Array.from({ length: 2_200 }, () => waiter.wait(randomUUID(), 200));
  const room = (await Promise.all(waits)).filter(({ waited }) => waited);
  expect(room.length).toBeGreaterThanOrEqual(2_000);
  expect(room.length).toBeLessThan(2_200);
});
