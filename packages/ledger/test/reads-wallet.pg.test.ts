import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { putMember, putOrganization, putUser, suspendMember, readWallet } from '../src/reads.ts';
import type { Database } from '../src/reads.ts';
import { charge, credits, grant, hold, transfer } from './reads-fixtures.ts';

let database: TestDatabase;
let db: Database;
let reader: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  reader = database.connect('bursar_ingress');
  await putOrganization(db, { id: 'acme', name: 'Acme' });
});
afterAll(() => database.drop());

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

async function newUser(id: string): Promise<string> {
  await putUser(db, { id });
  return `user:${id}`;
}

describe('a wallet', () => {
  test('that does not exist is null', async () => {
    expect(await readWallet(reader, 'user:nobody')).toBeNull();
  });

  test('that is empty shows zeros', async () => {
    const wallet = await newUser('empty');
    expect(await readWallet(reader, wallet)).toEqual({
      wallet,
      balance: 0n,
      available: 0n,
      held: 0n,
      frozen: 0n,
      lowBalanceAt: 100_000_000n,
      owed: 0n,
      byKind: {},
      byOrganization: {},
      expiring: [],
      asOf: expect.any(Date),
      version: 0n,
      closedAt: null,
      overdraftLimit: null,
      softLandingLimit: 0n,
    });
  });

  test('keeps held credits in the balance and out of what is available', async () => {
    const wallet = await newUser('holder');
    await grant(db, wallet, 40);
    await hold(db, wallet, 30);
    expect(await readWallet(reader, wallet)).toMatchObject({
      balance: credits(40),
      held: credits(30),
      available: credits(10),
      byKind: { promotional: credits(40) },
    });
  });

  test('shows what is owed and counts its transactions', async () => {
    const wallet = await newUser('debtor');
    await grant(db, wallet, 5);
    await charge(db, [{ wallet, whole: 8 }]);
    expect(await readWallet(reader, wallet)).toMatchObject({
      balance: 0n,
      owed: credits(3),
      version: 2n,
    });
  });

  test('leaves out credits that are not effective yet, and lists the next expiries by second', async () => {
    const wallet = await newUser('planner');
    await grant(db, wallet, 100, { effective_at: inDays(1), expires_at: inDays(2) });
    await grant(db, wallet, 7);
    const days = [9, 3, 5, 4, 8, 6];
    const moments = days.map(inDays);
    for (const at of moments) await grant(db, wallet, 1, { expires_at: at });
    await grant(db, wallet, 2, { expires_at: moments[1] ?? '' });
    const view = await readWallet(reader, wallet);
    expect(view?.balance).toBe(credits(15));
    expect(view?.expiring.map((one) => one.amount)).toEqual([3, 1, 1, 1, 1, 1].map(credits));
    const sorted = moments.toSorted().map((at) => `${at.slice(0, 19)}Z`);
    expect(view?.expiring.map((one) => one.at.toISOString().replace('.000', ''))).toEqual(sorted);
  });

  test('leaves no expiry out: after five moments they are told day by day, to the last', async () => {
    const wallet = await newUser('many-expiries');
    await grant(db, wallet, 30);
    const midnight = Date.parse(`${inDays(40).slice(0, 10)}T00:00:00Z`);
    const hours = [1, 2, 3, 4, 5, 30, 31, 32, 60, 200 * 24, 201 * 24];
    const moments = hours.map((hour) => new Date(midnight + hour * 3_600_000).toISOString());
    for (const at of moments) await grant(db, wallet, 10, { expires_at: at });
    const view = await readWallet(reader, wallet);
    expect(view?.expiring).toEqual(
      [0, 1, 2, 3, 4, 5, 8, 9, 10].map((nth) => ({
        at: new Date(moments[nth] ?? ''),
        amount: credits(nth === 5 ? 30 : 10),
      })),
    );
  });

  test('gathers in the last of at most 400 what expires later', async () => {
    const wallet = await newUser('years');
    for (let day = 1; day <= 410; day += 1) await grant(db, wallet, 1, { expires_at: inDays(day) });
    const view = await readWallet(reader, wallet);
    expect(view?.expiring.length).toBeGreaterThan(390);
    expect(view?.expiring.length).toBeLessThanOrEqual(400);
    expect(view?.expiring.reduce((sum, { amount }) => sum + amount, 0n)).toBe(credits(410));
  }, 60_000);

  test('that nobody touched since a lot expired shows only the held part of that lot', async () => {
    const wallet = await newUser('late');
    await grant(db, wallet, 10, { expires_at: inDays(1) });
    await hold(db, wallet, 4);
    // Only the clock could do this; the test moves the lot into the past instead.
    await db`
      update bursar.lots l
      set effective_at = now() - interval '2 days', expires_at = now() - interval '1 second'
      from bursar.wallets w where w.id = l.wallet_id and w.owner = ${wallet}`;
    expect(await readWallet(reader, wallet)).toMatchObject({
      balance: credits(4),
      held: credits(4),
      available: 0n,
      expiring: [],
    });
  });

  test('adds up what each organization handed out and is not spent, over any number of lots', async () => {
    const wallet = await newUser('given');
    for (const id of ['acme', 'beta']) {
      await putOrganization(db, { id, name: id });
      await putMember(db, { organization: id, user: 'given', role: 'member' });
      await grant(db, `org:${id}`, 100);
    }
    for (const whole of [30, 10, 2]) await transfer(db, 'org:acme', wallet, whole);
    await transfer(db, 'org:beta', wallet, 7);
    await grant(db, wallet, 1_000, { priority: 90 });
    await charge(db, [{ wallet, whole: 5 }]);
    const { byOrganization, byKind } = (await readWallet(reader, wallet)) ?? {};
    expect(Object.keys(byOrganization ?? {}).toSorted()).toEqual(['org:acme', 'org:beta']);
    const parts = Object.values(byOrganization ?? {});
    expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(credits(44));
    expect(byKind?.allocated).toBe(credits(44));
  });

  test('freezes what a suspending organization allocated, and nothing else', async () => {
    const wallet = await newUser('frozen');
    await putMember(db, { organization: 'acme', user: 'frozen', role: 'member' });
    await grant(db, 'org:acme', 50);
    await transfer(db, 'org:acme', wallet, 50);
    await grant(db, wallet, 20);
    await suspendMember(db, { organization: 'acme', user: 'frozen' });
    expect(await readWallet(reader, wallet)).toMatchObject({
      balance: credits(70),
      frozen: credits(50),
      available: credits(20),
      byKind: { allocated: credits(50), promotional: credits(20) },
      byOrganization: { 'org:acme': credits(50) },
    });
  });

  test('adds up in every snapshot while charges run', async () => {
    const wallet = await newUser('busy');
    await grant(db, wallet, 300);
    const writer = (async () => {
      for (let n = 0; n < 40; n += 1) await charge(db, [{ wallet, whole: 1 }]);
    })();
    const seen: bigint[] = [];
    const reading = (async () => {
      while (seen.at(-1) !== 41n) {
        const view = await readWallet(reader, wallet);
        expect(view?.balance).toBe(credits(300) - ((view?.version ?? 0n) - 1n) * credits(1));
        expect(view?.available).toBe(view?.balance);
        seen.push(view?.version ?? 0n);
      }
    })();
    await Promise.all([writer, reading]);
    expect(new Set(seen).size).toBeGreaterThan(2);
  });
});
