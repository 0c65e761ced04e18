import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  listCreditRequests,
  listMembers,
  listMemberships,
  listNotifications,
  markNotificationsRead,
  oldestUnrelayedFactAgeMs,
  pingDatabase,
  putMember,
  putOrganization,
  putUser,
  readAllocation,
  readCreditRequest,
  readHold,
  readHolds,
  readLots,
  readPastLots,
  readMembership,
  readOrganization,
  readPurchase,
  readPurchaseBySession,
  readPurchases,
  readUser,
  setOrganizationSettings,
  suspendMember,
  type Database,
} from '../src/reads.ts';
import {
  allPages,
  apply,
  charge,
  credits,
  grant,
  hold,
  micro,
  transfer,
} from './reads-fixtures.ts';

let database: TestDatabase;
let db: Database;
let reader: Database;
let count = 0;
let user: string;
let org: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  reader = database.connect('bursar_ingress');
});
afterAll(() => database.drop());

beforeEach(async () => {
  count += 1;
  user = `u${count}`;
  org = `o${count}`;
  await putUser(db, { id: user, email: 'a@b.example', name: 'Ana' });
  await putOrganization(db, { id: org, name: 'Acme', owner: user });
});

const UNKNOWN = '00000000-0000-7000-8000-000000000000';

const lotStates = async () => {
  const lots = await allPages((before) => readLots(reader, `user:${user}`, { limit: 2, before }));
  return lots.map((lot) => lot.state);
};

describe('lots', () => {
  test('are listed newest first, each with the state it is in', async () => {
    const wallet = `user:${user}`;
    await grant(db, wallet, 5);
    await charge(db, [{ wallet, whole: 5 }]);
    await grant(db, wallet, 1);
    await grant(db, wallet, 1, { effective_at: '2999-01-01T00:00:00.000Z' });
    await grant(db, `org:${org}`, 1);
    await transfer(db, `org:${org}`, wallet, 1);
    expect(await lotStates()).toEqual(['live', 'upcoming', 'live', 'spent']);
    await putUser(db, { id: `${user}b` });
    await putMember(db, { organization: org, user: `${user}b`, role: 'owner' });
    await suspendMember(db, { organization: org, user });
    await db`
      update bursar.lots l set effective_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'
      from bursar.wallets w where w.id = l.wallet_id and w.owner = ${wallet} and l.allocated_by is null and l.closed = false
        and l.effective_at < now()`;
    expect(await lotStates()).toEqual(['frozen', 'upcoming', 'expired', 'spent']);
    const past = await allPages((before) => readPastLots(reader, wallet, { limit: 1, before }));
    expect(past.map(({ state }) => state)).toEqual(['expired', 'spent']);
  });

  test('that were handed out name their parent, their organization and their transaction', async () => {
    await grant(db, `org:${org}`, 3);
    await transfer(db, `org:${org}`, `user:${user}`, 3);
    const [parent] = (await readLots(reader, `org:${org}`, { limit: 1 })).rows;
    const [lot] = (await readLots(reader, `user:${user}`, { limit: 1 })).rows;
    expect(lot).toMatchObject({
      kind: 'allocated',
      amount: credits(3),
      remaining: credits(3),
      held: 0n,
      expiresAt: null,
      parentLot: parent?.id,
      allocatedBy: `org:${org}`,
      purchase: null,
    });
  });
});

describe('holds', () => {
  test('are listed newest first and found by id', async () => {
    const wallet = `user:${user}`;
    await grant(db, wallet, 9);
    for (const whole of [1, 2, 3]) await hold(db, wallet, whole);
    const holds = await allPages((before) => readHolds(reader, wallet, { limit: 2, before }));
    expect(holds.map((one) => [one.amount, one.status])).toEqual(
      [3, 2, 1].map((whole) => [credits(whole), 'open']),
    );
    const [first] = holds;
    expect(await readHold(reader, first?.id ?? '')).toEqual(first);
    expect(await readHold(reader, UNKNOWN)).toBeNull();
  });
});

describe('purchases', () => {
  test('are listed newest first and found by id and by checkout session', async () => {
    for (const n of [1, 2, 3]) {
      await db`
        insert into bursar.purchases (id, wallet_id, operation, actor, credits, subtotal, discount, currency, expiry_months, checkout_session, created_at)
        select uuidv7(), w.id, ${randomUUID()}, 'user:tester', ${n}, 500, 100, 'usd', 12, ${`cs_${org}_${n}`}, now()
        from bursar.wallets w where w.owner = ${`org:${org}`}`;
    }
    const rows = await allPages((before) =>
      readPurchases(reader, `org:${org}`, { limit: 2, before }),
    );
    expect(rows.map((row) => row.credits)).toEqual([3n, 2n, 1n]);
    expect(rows[0]).toMatchObject({
      wallet: `org:${org}`,
      status: 'awaiting_payment',
      total: 400n,
      transaction: null,
    });
    expect(await readPurchase(reader, rows[0]?.id ?? '')).toEqual(rows[0]);
    expect(await readPurchaseBySession(reader, `cs_${org}_3`)).toEqual(rows[0]);
    expect(await readPurchaseBySession(reader, 'cs_unknown')).toBeNull();
  });
});

describe('an organization', () => {
  test('is read with its settings and the number of its members', async () => {
    await setOrganizationSettings(db, { organization: org, defaultAllocation: 7n });
    expect(await readOrganization(reader, org)).toMatchObject({
      id: org,
      name: 'Acme',
      members: 1,
      defaultAllocation: 7n,
    });
    expect(await readOrganization(reader, 'nowhere')).toBeNull();
    expect(await readUser(reader, user)).toMatchObject({
      id: user,
      email: 'a@b.example',
      name: 'Ana',
    });
    expect(await readUser(reader, 'nobody')).toBeNull();
  });

  test('lists each member once though several joined in the same millisecond', async () => {
    await db`
      insert into bursar.users (id) select ${`${user}-`} || n from generate_series(1, 7) n`;
    await db`
      insert into bursar.memberships (organization_id, user_id, role, joined_at)
      select ${org}, ${`${user}-`} || n, 'member', '2999-01-01T00:00:00.123Z'::timestamptz + make_interval(secs => (n / 2) * 0.000001)
      from generate_series(1, 7) n`;
    await db`update bursar.memberships set status = 'removed' where user_id = ${`${user}-4`}`;
    for (const limit of [1, 2, 3]) {
      const rows = await allPages((before) =>
        listMembers(reader, org, undefined, { limit, before }),
      );
      expect(rows.map((row) => row.user)).toEqual(
        ['-7', '-6', '-5', '-3', '-2', '-1', ''].map((end) => `${user}${end}`),
      );
    }
  });

  test('tells how a person stands to it, also after their removal', async () => {
    expect(await readMembership(reader, org, user)).toMatchObject({
      role: 'owner',
      status: 'active',
    });
    expect(await listMemberships(reader, user)).toMatchObject([
      { organization: org, name: 'Acme', role: 'owner' },
    ]);
    await db`update bursar.memberships set status = 'removed' where user_id = ${user}`;
    expect(await readMembership(reader, org, user)).toMatchObject({ status: 'removed' });
    expect(await listMemberships(reader, user)).toEqual([]);
    expect(await readMembership(reader, org, 'nobody')).toBeNull();
  });

  test('lists the requests of its members by status and by person', async () => {
    await putUser(db, { id: `${user}b` });
    await putMember(db, { organization: org, user: `${user}b`, role: 'member' });
    for (const member of [user, `${user}b`]) {
      await apply(db, {
        type: 'credit_request',
        organization: `org:${org}`,
        member: `user:${member}`,
        amount: micro(5),
        reason: 'Please',
      });
    }
    const list = async (filter: Parameters<typeof listCreditRequests>[2]) =>
      (
        await allPages((before) => listCreditRequests(reader, org, filter, { limit: 1, before }))
      ).map((row) => row.user);
    expect(await list({})).toEqual([`${user}b`, user]);
    expect(await list({ user })).toEqual([user]);
    expect(await list({ status: 'approved' })).toEqual([]);
    expect(await list({ status: 'decided' })).toEqual([]);
    await db`
      update bursar.credit_requests set status = 'rejected', decided_at = now()
      where organization_id = ${org} and user_id = ${user}`;
    expect(await list({ status: 'decided' })).toEqual([user]);
    expect(await list({ status: 'pending' })).toEqual([`${user}b`]);
    await db`
      update bursar.credit_requests set status = 'pending', decided_at = null
      where organization_id = ${org} and user_id = ${user}`;
    const [row] = (await listCreditRequests(reader, org, { user }, { limit: 1 })).rows;
    expect(row).toMatchObject({
      organization: org,
      amount: credits(5),
      status: 'pending',
      granted: null,
      reason: 'Please',
    });
    expect(await readCreditRequest(reader, row?.id ?? '')).toEqual(row);
  });

  test('shows how far an allocation has come', async () => {
    await grant(db, `org:${org}`, 10);
    await apply(db, {
      type: 'allocation',
      from: `org:${org}`,
      recipients: 'all',
      amount_per_recipient: micro(4),
      reason: 'Term start',
    });
    const [row] = await db<
      { id: string }[]
    >`select id from bursar.allocations order by id desc limit 1`;
    expect(await readAllocation(reader, row?.id ?? '')).toMatchObject({
      wallet: `org:${org}`,
      amountPerRecipient: credits(4),
      recipients: 1,
      done: 1,
      status: 'completed',
      reason: 'Term start',
    });
    expect(await readAllocation(reader, UNKNOWN)).toBeNull();
  });
});

describe('notices', () => {
  test('are listed newest first to whom they concern, and remember that they were read', async () => {
    await db`
      insert into bursar.notifications (id, fact, user_id, kind, data, mail, created_at)
      select uuidv7(), ${count * 10}::bigint + n, ${user}, 'balance-low', jsonb_build_object('n', n), 'none', now()
      from generate_series(1, 3) n`;
    const list = () => allPages((before) => listNotifications(reader, user, { limit: 2, before }));
    const rows = await list();
    expect(rows.map((row) => row.data)).toEqual([{ n: 3 }, { n: 2 }, { n: 1 }]);
    expect(
      await markNotificationsRead(db, { user: 'somebody-else', ids: rows.map((row) => row.id) }),
    ).toBe(0);
    expect(await markNotificationsRead(db, { user, ids: [rows[1]?.id ?? ''] })).toBe(1);
    expect((await list()).map((row) => row.readAt !== null)).toEqual([false, true, false]);
    expect(await markNotificationsRead(db, { user })).toBe(2);
    expect(await markNotificationsRead(db, { user })).toBe(0);
  });
});

describe('the health of the database', () => {
  test('names the age of the oldest fact that waits, and 0 when none does', async () => {
    await pingDatabase(reader);
    await db`update bursar.outbox set relayed_at = now() where relayed_at is null`;
    expect(await oldestUnrelayedFactAgeMs(reader)).toBe(0);
    await db`
      insert into bursar.outbox (kind, subject_wallet, payload, created_at)
      select 'balance-low', w.id, '{}', now() - interval '1 minute' from bursar.wallets w limit 1`;
    const age = await oldestUnrelayedFactAgeMs(reader);
    expect(age).toBeGreaterThanOrEqual(60_000);
    expect(age).toBeLessThan(120_000);
  });
});
