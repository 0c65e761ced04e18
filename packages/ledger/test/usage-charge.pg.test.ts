import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { micro, newHead } from './reads-fixtures.ts';
import { until } from '../../../test/harness/until.ts';
import { putUser } from '../src/reads.ts';
import { bare, openWorlds, type World } from './outcome-world.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Line = [string, (world: World) => Promise<string[]>, string[]];

const MISSING = 'rejected: wallet_not_found';
const SHORT = 'rejected: insufficient_credits';

test.each<Line>([
  ['what the lots cover', (w) => w.charge({ whole: 50 }), ['applied']],
  ['more than the lots cover, any debt allowed', (w) => w.charge({ whole: 5000 }), ['applied']],
  ['one micro-credit', (w) => w.charge({ amount: '1' }), ['applied']],
  [
    'as far as the overdraft limit',
    async (w) => {
      await w.limit(w.ana, 10n * 1_000_000n);
      return w.charge({ whole: 60 }, { amount: '1' });
    },
    ['applied', SHORT],
  ],
  [
    'one that does not fit, and a smaller one after it',
    async (w) => {
      await w.limit(w.ana, 0n);
      return w.charge({ whole: 40 }, { whole: 11 }, { whole: 10 });
    },
    ['applied', SHORT, 'applied'],
  ],
  [
    'past the end of "any amount"',
    (w) => w.charge({ amount: '999999999999999999' }, { amount: '999999999999999999' }),
    ['applied', SHORT],
  ],
  ['a wallet that does not exist', (w) => w.charge({ wallet: 'user:nobody' }), [MISSING]],
  [
    'between charges that are applied',
    (w) => w.charge({ whole: 1 }, { wallet: 'user:nobody' }, { whole: 1 }),
    ['applied', MISSING, 'applied'],
  ],
  [
    'a key twice in one batch, the same request',
    (w) => {
      const head = newHead();
      return w.charge({ ...head, whole: 5 }, { ...head, whole: 5 });
    },
    ['applied', 'replayed'],
  ],
  [
    'a key twice in one batch, another request',
    (w) => {
      const head = newHead();
      return w.charge({ ...head, whole: 5 }, { ...head, hash: randomUUID(), whole: 6 });
    },
    ['applied', 'conflict'],
  ],
  [
    'a refused key again',
    async (w) => {
      const item = { ...newHead(), wallet: 'user:nobody' };
      await w.charge(item);
      return w.charge(item);
    },
    ['replayed: wallet_not_found'],
  ],
  ['on behalf of one’s organization', (w) => w.charge({ on_behalf_of: w.acme }), ['applied']],
  [
    'on behalf of another organization',
    (w) => w.charge({ wallet: w.ben, on_behalf_of: w.bolt }),
    ['rejected: not_a_member'],
  ],
  [
    'on behalf of an organization that does not exist',
    (w) => w.charge({ on_behalf_of: 'org:nowhere' }),
    ['rejected: not_a_member'],
  ],
  [
    'on behalf of an organization one was removed from',
    (w) => w.charge({ wallet: w.eve, on_behalf_of: w.acme }),
    ['rejected: not_a_member'],
  ],
  [
    'on behalf of an organization one is suspended in',
    (w) => w.charge({ wallet: w.dan, on_behalf_of: w.acme }),
    ['rejected: member_suspended'],
  ],
  ['one’s own while suspended elsewhere', (w) => w.charge({ wallet: w.dan }), ['applied']],
])('charges: %s', async (_, act, outcomes) => {
  expect(await act(await worlds.newWorld())).toEqual(outcomes);
});

test('a refusal says how much was needed and how much there was, overdraft included', async () => {
  const world = await worlds.newWorld();
  await world.limit(world.ana, 10n * 1_000_000n);
  const head = newHead();
  await world.charge({ ...head, whole: 61 });
  const [row] =
    await world.worker`select error from bursar.operations where key = ${head.key}::uuid`;
  expect(row?.['error']).toMatchObject({ required: '61', available: '60' });
});

test('a charge to a wallet that does not exist is kept whole, so that it can be replayed', async () => {
  const world = await worlds.newWorld();
  const head = newHead();
  await world.charge({ ...head, wallet: 'user:later', whole: 3, metadata: { job: '7' } });
  const [row] = await world.worker`
    select command from bursar.operations where key = ${head.key}::uuid`;
  expect(row?.['command']).toMatchObject({
    key: head.key,
    hash: head.hash,
    wallet: 'user:later',
    amount: micro(3),
    product: 'notebook',
    metadata: { job: '7' },
  });
});

test('a wallet that is made while a batch waits is never charged without its lock', async () => {
  const world = await worlds.newWorld();
  const owner = worlds.database.db;
  const [waited, late] = [newHead(), { ...newHead(), wallet: `user:${randomUUID()}` }];
  let batch: Promise<string[]> = Promise.resolve([]);
  await owner
    .begin(async (tx) => {
      await tx`
        insert into bursar.operations (key, type, request_hash, caller, status, created_at)
        values (${waited.key}::uuid, 'charge', ${waited.hash}::uuid, 'rival', 'pending', now())`;
      batch = world.charge(waited, late);
      await until('the batch waits for the key', async () => {
        const rows = await owner`
          select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and query like '%apply_charges%'`;
        return rows.length > 0;
      });
      await putUser(owner, { id: bare(late.wallet) });
      throw new Rollback();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Rollback)) throw error;
    });
  expect(await batch).toEqual(['applied', 'rejected: wallet_not_found']);
});

class Rollback extends Error {}
