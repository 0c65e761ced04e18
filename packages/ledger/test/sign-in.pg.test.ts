import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { forgetSessions, type Database } from '../src/operations.ts';
import {
  beginSession,
  deleteUser,
  endSession,
  endSessionsOf,
  findSession,
  putUser,
  readUser,
  signIn,
} from '../src/reads.ts';

const ISSUER = 'https://id.example.com';
let database: TestDatabase;
let ingress: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  ingress = database.connect('bursar_ingress');
});
afterAll(() => database.drop());

const newcomer = (email: string | null = null, issuer = ISSUER) =>
  signIn(ingress, { issuer, subject: randomUUID(), email, name: 'Somebody' });

const walletsOf = (user: string) =>
  database.db`select from bursar.wallets where owner = ${`user:${user}`}`;

describe('signing in', () => {
  test('creates one person with one wallet, however many do it at once', async () => {
    const identity = { issuer: ISSUER, subject: 'new', email: 'new@example.com', name: 'New' };
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => signIn(ingress, identity)));
    const people = new Set(outcomes.map((outcome) => (outcome.ok ? outcome.user : 'refused')));
    expect(people.size).toBe(1);
    const [user = ''] = people;
    expect(await readUser(ingress, user)).toMatchObject({ name: 'New', email: 'new@example.com' });
    expect(await walletsOf(user)).toHaveLength(1);
  });

  test('joins the one person who has the verified address, however it is spelt, and keeps their name', async () => {
    await putUser(ingress, {
      id: 'back-end-1',
      email: 'Joined@Example.com',
      name: 'As we call her',
    });
    expect(await newcomer('joined@example.com')).toEqual({ ok: true, user: 'back-end-1' });
    expect(await readUser(ingress, 'back-end-1')).toMatchObject({ name: 'As we call her' });
  });

  test('lets one of two identities with the same address in, even at once', async () => {
    const outcomes = await Promise.all([newcomer('two@example.com'), newcomer('two@example.com')]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.find(({ ok }) => !ok)).toMatchObject({ refusal: 'address_taken' });
  });

  test('does not guess which of two people with one address it is', async () => {
    for (const id of ['twin-1', 'twin-2'])
      await putUser(ingress, { id, email: 'twin@example.com' });
    expect(await newcomer('twin@example.com')).toMatchObject({ refusal: 'address_ambiguous' });
  });

  test('joins nobody by an address that a person wrote themselves', async () => {
    await putUser(ingress, { id: 'squatter', email: 'victim@example.com' });
    await database.db`update bursar.users set email_unconfirmed = true where id = 'squatter'`;
    const outcome = await newcomer('victim@example.com');
    expect(outcome).toMatchObject({ ok: true, user: expect.stringMatching(/^u_/) });
  });

  test('joins nobody without an address, and a person of another provider again', async () => {
    const first = await newcomer('moved@example.com');
    expect(await newcomer()).not.toEqual(first);
    expect(await newcomer('moved@example.com', 'https://other.example.com')).toEqual(first);
  });

  test('follows the address that the provider tells of people it created, but never to that of another, and leaves their name to them', async () => {
    const identity = { issuer: ISSUER, subject: 'changing', email: 'was@example.com', name: 'Was' };
    const outcome = await signIn(ingress, identity);
    if (!outcome.ok) throw new Error('Refused');
    await putUser(ingress, { id: outcome.user, name: 'As I want it' });
    await signIn(ingress, { ...identity, email: 'is@example.com', name: 'Is' });
    expect(await readUser(ingress, outcome.user)).toMatchObject({
      name: 'As I want it',
      email: 'is@example.com',
    });
    await putUser(ingress, { id: 'owner-of-address', email: 'owned@example.com' });
    expect(await signIn(ingress, { ...identity, email: 'owned@example.com' })).toEqual(outcome);
    expect(await readUser(ingress, outcome.user)).toMatchObject({ email: 'is@example.com' });
  });

  test('takes an address for confirmed once the provider tells it, whoever wrote it before', async () => {
    const identity = { issuer: ISSUER, subject: 'confirming', email: null, name: 'Con' };
    const outcome = await signIn(ingress, identity);
    if (!outcome.ok) throw new Error('Refused');
    const email = 'confirmed@example.com';
    await putUser(ingress, { id: outcome.user, email, emailUnconfirmed: true });
    await signIn(ingress, { ...identity, email });
    expect(await newcomer(email)).toMatchObject({ ok: false, refusal: 'address_taken' });
  });

  test('makes somebody new of a deleted person', async () => {
    const identity = { issuer: ISSUER, subject: 'leaver', email: null, name: null };
    const before = await signIn(ingress, identity);
    if (!before.ok) throw new Error('Refused');
    await deleteUser(ingress, { id: before.user, preview: false });
    expect(await signIn(ingress, identity)).not.toEqual(before);
  });
});

describe('a session', () => {
  const begin = async (change: Partial<Parameters<typeof beginSession>[1]> = {}) => {
    await putUser(ingress, { id: 'sam' });
    const hash = randomBytes(32);
    const expiresAt = await beginSession(ingress, {
      hash,
      user: 'sam',
      issuer: ISSUER,
      operatorBy: null,
      idToken: null,
      lifeSeconds: 600,
      replaces: null,
      ...change,
    });
    return { hash, expiresAt };
  };
  const find = (hash: Buffer, issuer = ISSUER) =>
    findSession(ingress, { hash, issuer, idleSeconds: 60 });

  /** As if so many seconds had passed for it. */
  const pass = (hash: Buffer, seconds: number) => database.db`
    update bursar.sessions set
      seen_at = seen_at - make_interval(secs => ${seconds}::integer),
      expires_at = expires_at - make_interval(secs => ${seconds}::integer)
    where hash = ${hash}`;

  test('is found by its hash and by the provider it came from', async () => {
    const { hash, expiresAt } = await begin({ operatorBy: 'ops@example.com' });
    expect(await find(hash)).toEqual({ user: 'sam', operatorBy: 'ops@example.com', expiresAt });
    expect(await find(randomBytes(32))).toBeNull();
    expect(await find(hash, 'https://other.example.com')).toBeNull();
  });

  test('ends with all others of its person, and with none of anybody else', async () => {
    const mine = [await begin(), await begin()];
    await putUser(ingress, { id: 'sue' });
    const other = await begin({ user: 'sue' });
    await pass((await begin()).hash, 700);
    const before = await database.db`
      select from bursar.sessions where user_id = 'sam' and expires_at > clock_timestamp()`;
    expect(await endSessionsOf(ingress, 'sam')).toBe(before.length);
    for (const { hash } of mine) expect(await find(hash)).toBeNull();
    expect(await find(other.hash)).not.toBeNull();
  });

  test('ends when nobody used it for long, and lives on while somebody does', async () => {
    const { hash } = await begin();
    for (const _ of [1, 2]) {
      await pass(hash, 40);
      expect(await find(hash)).not.toBeNull();
    }
    await pass(hash, 61);
    expect(await find(hash)).toBeNull();
  });

  test('ends at its time although it is used, and is forgotten then', async () => {
    const { hash } = await begin({ lifeSeconds: 5 });
    await pass(hash, 6);
    expect(await find(hash)).toBeNull();
    expect(await forgetSessions(database.connect('bursar_worker'), 100)).toBe(1);
  });

  test('ends by signing out, which gives the ID token back once', async () => {
    const { hash } = await begin({ idToken: Buffer.from('sealed') });
    expect(await endSession(ingress, hash)).toEqual({
      ended: true,
      idToken: Buffer.from('sealed'),
    });
    expect(await find(hash)).toBeNull();
    expect(await endSession(ingress, hash)).toEqual({ ended: false, idToken: null });
  });

  test('ends when another replaces it', async () => {
    const { hash: before } = await begin();
    const { hash } = await begin({ replaces: before });
    expect(await find(before)).toBeNull();
    expect(await find(hash)).not.toBeNull();
  });

  test('ends with its person, for whom none begins any more', async () => {
    await putUser(ingress, { id: 'gone' });
    const { hash } = await begin({ user: 'gone' });
    await deleteUser(ingress, { id: 'gone', preview: false });
    expect(await find(hash)).toBeNull();
    expect((await begin({ user: 'gone' })).expiresAt).toBeNull();
  });

  test('is one of fifty of a person at most', async () => {
    await putUser(ingress, { id: 'everywhere' });
    const { hash: first } = await begin({ user: 'everywhere' });
    for (let more = 0; more < 50; more += 1) await begin({ user: 'everywhere' });
    expect(await find(first)).toBeNull();
    const [{ count }] = await database.db<[{ count: number }]>`
      select count(*)::integer as count from bursar.sessions where user_id = 'everywhere'`;
    expect(count).toBe(50);
  });

  test('is visible to no service', async () => {
    for (const role of ['bursar_ingress', 'bursar_worker', 'bursar_auditor'] as const) {
      const db = database.connect(role);
      await expect(db`select from bursar.sessions`).rejects.toThrow(/permission denied/);
      await expect(db`select from bursar.identities`).rejects.toThrow(/permission denied/);
      await expect(db`delete from bursar.sessions`).rejects.toThrow(/permission denied/);
    }
  });
});
