import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  addRatePoints,
  findApiKey,
  insertApiKey,
  putOrganization,
  putUser,
  readMembership,
  readOrganization,
  readUser,
  readWallet,
  recordStripeEvent,
  revokeApiKey,
  rotateApiKey,
  setRateLimit,
  setOrganizationSettings,
  setOverdraftLimit,
  upsertOperatorKey,
  type Database,
} from '../src/reads.ts';

let database: TestDatabase;
let db: Database;
let count = 0;
let id: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

beforeEach(() => {
  id = `x${(count += 1)}`;
});

const hashOf = () => randomBytes(32);

describe('a person', () => {
  test('comes with exactly one wallet, however many calls create them at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => putUser(db, { id, name: 'Ana' })),
    );
    expect(outcomes.filter((outcome) => outcome.created)).toHaveLength(1);
    expect(await readWallet(db, `user:${id}`)).toMatchObject({ balance: 0n });
  });

  test('keeps what is not named and loses what is null', async () => {
    await putUser(db, { id, email: 'a@b.example', name: 'Ana' });
    await putUser(db, { id });
    expect(await readUser(db, id)).toMatchObject({ email: 'a@b.example', name: 'Ana' });
    await putUser(db, { id, email: undefined, name: 'Anna' });
    expect(await readUser(db, id)).toMatchObject({ email: 'a@b.example', name: 'Anna' });
    await putUser(db, { id, email: null });
    expect(await readUser(db, id)).toMatchObject({ email: null, name: 'Anna' });
  });
});

describe('an organization', () => {
  test('comes with a pool and, when asked, with its first owner', async () => {
    await putUser(db, { id });
    expect(await putOrganization(db, { id, name: 'Acme', owner: id })).toEqual({
      ok: true,
      created: true,
    });
    expect(await readWallet(db, `org:${id}`)).toMatchObject({ balance: 0n });
    expect(await readMembership(db, id, id)).toMatchObject({ role: 'owner', status: 'active' });
  });

  test('put again is renamed and keeps its owners', async () => {
    await putUser(db, { id });
    await putOrganization(db, { id, name: 'Acme' });
    expect(await putOrganization(db, { id, name: 'Acme 2', owner: id })).toEqual({
      ok: true,
      created: false,
    });
    expect(await readOrganization(db, id)).toMatchObject({ name: 'Acme 2', members: 0 });
  });

  test('with an unknown owner is refused and not made', async () => {
    expect(await putOrganization(db, { id, name: 'Acme', owner: 'nobody' })).toEqual({
      ok: false,
      refusal: 'unknown_user',
    });
    expect(await readOrganization(db, id)).toBeNull();
  });

  test('changes only the settings that are named', async () => {
    await putOrganization(db, { id, name: 'Acme' });
    const allocation = async () => (await readOrganization(db, id))?.defaultAllocation;
    expect(
      await setOrganizationSettings(db, { organization: id, defaultAllocation: 2n ** 60n }),
    ).toBe(true);
    await setOrganizationSettings(db, { organization: id });
    expect(await allocation()).toBe(2n ** 60n);
    await setOrganizationSettings(db, { organization: id, defaultAllocation: null });
    expect(await allocation()).toBeNull();
    expect(
      await setOrganizationSettings(db, { organization: 'nowhere', defaultAllocation: 1n }),
    ).toBe(false);
  });
});

test('an overdraft limit is set, lifted, and refused for a wallet that does not exist', async () => {
  await putUser(db, { id });
  const limit = async () => (await readWallet(db, `user:${id}`))?.overdraftLimit;
  expect(await setOverdraftLimit(db, { wallet: `user:${id}`, limit: 0n })).toBe(true);
  expect(await limit()).toBe(0n);
  await setOverdraftLimit(db, { wallet: `user:${id}`, limit: null });
  expect(await limit()).toBeNull();
  expect(await setOverdraftLimit(db, { wallet: 'user:nobody', limit: 1n })).toBe(false);
});

const newKey = async () => {
  const hash = hashOf();
  const key = await insertApiKey(db, {
    name: 'Gateway',
    hash,
    lastFour: 'abcd',
    scopes: ['charges:write'],
    rateLimit: null,
  });
  if (key === null) throw new Error('There is such an organization.');
  return { ...key, hash };
};

describe('an API key', () => {
  test('is found by its hash and by nothing else', async () => {
    const key = await newKey();
    expect(await findApiKey(db, key.hash)).toEqual({
      id: key.id,
      name: 'Gateway',
      operator: false,
      scopes: ['charges:write'],
      revoked: false,
      rateLimit: null,
      organization: null,
      reachesMembers: false,
    });
    expect(await findApiKey(db, hashOf())).toBeNull();
  });

  test('carries limits of its own until they are taken back', async () => {
    const key = await newKey();
    const own = { writes: '600/60s', burst: 'off' };
    expect(await setRateLimit(db, key.id, own)).toMatchObject({ id: key.id, rateLimit: own });
    expect(await findApiKey(db, key.hash)).toMatchObject({ rateLimit: own });
    expect(await setRateLimit(db, key.id, null)).toMatchObject({ rateLimit: null });
    expect(await setRateLimit(db, randomUUID(), own)).toBeNull();
    await revokeApiKey(db, key.id);
    expect(await setRateLimit(db, key.id, own)).toBeNull();
  });

  test('works under both secrets during the overlap of a rotation, then under the new one only', async () => {
    const key = await newKey();
    const next = hashOf();
    const rotation = { id: key.id, hash: next, lastFour: 'wxyz', overlapMs: 60_000 };
    expect(await rotateApiKey(db, rotation)).toMatchObject({ id: key.id, lastFour: 'wxyz' });
    expect(await findApiKey(db, key.hash)).toMatchObject({ id: key.id, revoked: false });
    expect(await findApiKey(db, next)).toMatchObject({ id: key.id, revoked: false });
    await db`
      update bursar.api_keys set previous_valid_until = previous_valid_until - interval '60 seconds' where id = ${key.id}`;
    expect(await findApiKey(db, key.hash)).toBeNull();
    expect(await findApiKey(db, next)).toMatchObject({ id: key.id });
  });

  test('that is revoked says so under both secrets and cannot be rotated', async () => {
    const key = await newKey();
    const next = hashOf();
    await rotateApiKey(db, { id: key.id, hash: next, lastFour: 'wxyz', overlapMs: 60_000 });
    expect(await revokeApiKey(db, key.id)).toBe(true);
    expect(await revokeApiKey(db, key.id)).toBe(true);
    for (const hash of [key.hash, next])
      expect(await findApiKey(db, hash)).toMatchObject({ revoked: true });
    expect(
      await rotateApiKey(db, { id: key.id, hash: hashOf(), lastFour: 'none', overlapMs: 0 }),
    ).toBeNull();
    expect(await revokeApiKey(db, '00000000-0000-7000-8000-000000000000')).toBe(false);
  });

  test('of the first operator is exactly the one given last, however often a process boots', async () => {
    const [first, second] = [hashOf(), hashOf()];
    const boot = (hash: Buffer) =>
      upsertOperatorKey(db, { hash, lastFour: 'boot', name: 'First operator' });
    const ids = await Promise.all([boot(first), boot(first), boot(first)]);
    expect(new Set(ids).size).toBe(1);
    expect(await findApiKey(db, first)).toMatchObject({
      id: ids[0],
      operator: true,
      revoked: false,
    });
    expect(await boot(second)).toBe(ids[0]);
    expect(await findApiKey(db, first)).toBeNull();
    await revokeApiKey(db, ids[0] ?? '');
    await boot(second);
    expect(await findApiKey(db, second)).toMatchObject({ operator: true, revoked: false });
  });
});

test('a Stripe event is new once, known while it waits, and processed when nothing is left to do', async () => {
  const event = {
    id: 'evt_1',
    type: 'checkout.session.completed',
    objectId: 'cs_1',
    livemode: false,
  };
  const verdicts = await Promise.all(Array.from({ length: 5 }, () => recordStripeEvent(db, event)));
  expect(verdicts.toSorted()).toEqual(['known', 'known', 'known', 'known', 'new']);
  for (const status of ['processed', 'ignored']) {
    await db`update bursar.stripe_events set status = ${status}, processed_at = now() where id = 'evt_1'`;
    expect(await recordStripeEvent(db, event)).toBe('processed');
  }
});

describe('a rate window', () => {
  test('adds up what every process puts into it, and begins anew when it is over', async () => {
    const window = { name: randomUUID(), points: 30, seconds: 60 };
    const together = await Promise.all([addRatePoints(db, window), addRatePoints(db, window)]);
    expect(together.map(({ points }) => points).toSorted((a, b) => a - b)).toEqual([30, 60]);
    for (const { leftMs } of together) expect(leftMs).toBeLessThanOrEqual(60_000);
    await db`update bursar.rate_windows set ends_at = clock_timestamp() where name = ${window.name}`;
    const next = await addRatePoints(db, window);
    expect(next.points).toBe(30);
    expect(next.leftMs).toBeGreaterThan(59_000);
  });

  test('ends no later than a shorter limit asks for', async () => {
    const name = randomUUID();
    await addRatePoints(db, { name, points: 5, seconds: 3_600 });
    const { points, leftMs } = await addRatePoints(db, { name, points: 5, seconds: 10 });
    expect(points).toBe(10);
    expect(leftMs).toBeLessThanOrEqual(10_000);
  });
});
