import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateQueues } from '@bursar/queues';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import { tellPast, type Telling } from '../src/demo/past/tell-past.ts';

const DAY_MS = 86_400_000;

describe('the past of the demo', () => {
  let test: TestDatabase;
  let folder: string;
  let before: unknown;
  const telling = (): Telling => ({
    databaseUrl: test.url,
    stripeFile: join(folder, 'stripe-emulator.json'),
    secret: 'a-secret-of-at-least-32-characters',
    env: {},
  });

  beforeAll(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'bursar-past-'));
    await migrateQueues(test.url, 'bursar_queue');
    before = await clockOf(test);
    expect(await tellPast(telling())).toBe(true);
  });
  afterAll(async () => {
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is three months long, and a ledger that the auditor finds sound', async () => {
    const [span] = await test.db<[{ first: Date; last: Date; rows: bigint; days: bigint }]>`
      select min(created_at) as first, max(created_at) as last, count(*) as rows, count(distinct created_at::date) as days
      from bursar.transactions`;
    expect(Date.now() - span.first.getTime()).toBeGreaterThan(90 * DAY_MS);
    expect(span.last.getTime()).toBeLessThanOrEqual(Date.now());
    expect(span.days).toBeGreaterThan(80n);
    expect(span.rows).toBeGreaterThan(600n);
    await expectSoundLedger(test);
  });

  it('has something of everything that pages show', async () => {
    const kinds = await test.db`select distinct kind::text from bursar.transactions order by 1`;
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'adjustment',
      'allocation',
      'charge',
      'expiry',
      'grant',
      'purchase',
      'refund',
      'reversal',
      'transfer',
    ]);
  });

  it('leaves no function, column or schema that reads another clock', async () => {
    expect(await clockOf(test)).toEqual(before);
  });

  it('is told once, and never to a ledger in which something happened', async () => {
    expect(await tellPast(telling())).toBe(false);
    await rm(telling().stripeFile);
    expect(await tellPast(telling())).toBe(false);
  });
});

/** Everything that says how the ledger's functions and columns find the time. */
async function clockOf({ db }: TestDatabase): Promise<unknown> {
  const functions = await db`
    select p.oid::regprocedure::text as name, p.proconfig, p.proacl::text, pg_get_functiondef(p.oid) as definition
    from pg_proc p
    where p.pronamespace = 'bursar'::regnamespace and p.prokind = 'f'
    order by 1`;
  const columns = await db`
    select d.adrelid::regclass::text as of_table, d.adnum, pg_get_expr(d.adbin, d.adrelid) as expression
    from pg_attrdef d order by 1, 2`;
  const schemas = await db`select nspname from pg_namespace order by 1`;
  return { functions: [...functions], columns: [...columns], schemas: [...schemas] };
}
