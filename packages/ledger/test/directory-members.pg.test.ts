import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  putMember,
  putOrganization,
  putUser,
  readMembership,
  readTransactions,
  readWallet,
  reinstateMember,
  setOrganizationSettings,
  suspendMember,
  type Database,
} from '../src/reads.ts';
import { apply, charge, credits, grant, transfer } from './reads-fixtures.ts';

let database: TestDatabase;
let db: Database;
let count = 0;
let organization: string;
let owner: string;
let user: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

beforeEach(async () => {
  count += 1;
  [organization, owner, user] = [`o${count}`, `boss${count}`, `u${count}`];
  for (const id of [owner, user]) await putUser(db, { id });
  await putOrganization(db, { id: organization, name: 'Acme', owner });
});

const remove = (who: string) =>
  apply(db, { type: 'member_removal', organization: `org:${organization}`, member: `user:${who}` });

describe('putting a member', () => {
  test('makes a member once and changes the role afterwards', async () => {
    expect(await putMember(db, { organization, user, role: 'member' })).toEqual({
      ok: true,
      created: true,
      welcome: false,
      role: 'member',
    });
    expect(await putMember(db, { organization, user, role: 'admin' })).toMatchObject({
      created: false,
    });
    expect(await readMembership(db, organization, user)).toMatchObject({
      role: 'admin',
      status: 'active',
    });
  });

  test('refuses people and organizations that do not exist', async () => {
    expect(await putMember(db, { organization, user: 'nobody', role: 'member' })).toEqual({
      ok: false,
      refusal: 'unknown_user',
    });
    expect(await putMember(db, { organization: 'nowhere', user, role: 'member' })).toEqual({
      ok: false,
      refusal: 'unknown_organization',
    });
  });

  test('welcomes whoever is new, again when the call is repeated soon, and never after leaving', async () => {
    await setOrganizationSettings(db, { organization, defaultAllocation: credits(10) });
    const put = (role: 'member' | 'admin' = 'member') =>
      putMember(db, { organization, user, role });
    expect(await put()).toMatchObject({ created: true, welcome: true });
    expect(await put()).toMatchObject({ created: false, welcome: true });
    expect(await put('admin')).toMatchObject({ created: false, welcome: false });
    await db`
      update bursar.memberships set welcomed_at = welcomed_at - interval '61 minutes' where user_id = ${user}`;
    expect(await put('admin')).toMatchObject({ created: false, welcome: false });
    await remove(user);
    expect(await put()).toMatchObject({ created: true, welcome: false });
  });

  test('does not welcome those who came before there was a default allocation', async () => {
    await putMember(db, { organization, user, role: 'member' });
    await setOrganizationSettings(db, { organization, defaultAllocation: credits(10) });
    expect(await putMember(db, { organization, user, role: 'member' })).toMatchObject({
      welcome: false,
    });
  });

  test('brings a removed member back active, with a new date of joining', async () => {
    await putMember(db, { organization, user, role: 'admin' });
    await suspendMember(db, { organization, user });
    const before = await readMembership(db, organization, user);
    await remove(user);
    await putMember(db, { organization, user, role: 'member' });
    const after = await readMembership(db, organization, user);
    expect(after).toMatchObject({ role: 'member', status: 'active' });
    expect(after?.joinedAt.getTime()).toBeGreaterThan(before?.joinedAt.getTime() ?? Infinity);
  });

  test('leaves a suspended member suspended', async () => {
    await putMember(db, { organization, user, role: 'member' });
    await suspendMember(db, { organization, user });
    expect(await putMember(db, { organization, user, role: 'admin' })).toMatchObject({
      created: false,
    });
    expect(await readMembership(db, organization, user)).toMatchObject({
      role: 'admin',
      status: 'suspended',
    });
  });

  test('many times at once makes one member and one welcome key to ask for', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => putMember(db, { organization, user, role: 'member' })),
    );
    expect(outcomes.filter((outcome) => outcome.ok && outcome.created)).toHaveLength(1);
  });
});

describe('the last owner', () => {
  test('can be neither demoted nor suspended', async () => {
    const refused = { ok: false, refusal: 'last_owner' };
    expect(await putMember(db, { organization, user: owner, role: 'admin' })).toEqual(refused);
    expect(await suspendMember(db, { organization, user: owner })).toEqual(refused);
    expect(await readMembership(db, organization, owner)).toMatchObject({
      role: 'owner',
      status: 'active',
    });
  });

  test('may go once there is another active one; a suspended one does not count', async () => {
    await putMember(db, { organization, user, role: 'owner' });
    await suspendMember(db, { organization, user });
    expect(await putMember(db, { organization, user: owner, role: 'member' })).toMatchObject({
      ok: false,
    });
    await reinstateMember(db, { organization, user });
    expect(await putMember(db, { organization, user: owner, role: 'member' })).toMatchObject({
      ok: true,
    });
  });

  test('remains when two owners demote each other at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      for (const id of [owner, user])
        await putMember(db, { organization, user: id, role: 'owner' });
      const outcomes = await Promise.all([
        putMember(db, { organization, user: owner, role: 'member' }),
        round % 2 === 0
          ? putMember(db, { organization, user, role: 'member' })
          : suspendMember(db, { organization, user }),
      ]);
      expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
      await reinstateMember(db, { organization, user });
    }
  });
});

const allocate = async (whole: number) => {
  await putMember(db, { organization, user, role: 'member' });
  await grant(db, `org:${organization}`, whole);
  await transfer(db, `org:${organization}`, `user:${user}`, whole);
};

describe('a suspension', () => {
  test('freezes and thaws what the organization allocated; repeating it changes nothing', async () => {
    await allocate(50);
    expect(await suspendMember(db, { organization, user })).toEqual({ ok: true, changed: true });
    expect(await suspendMember(db, { organization, user })).toEqual({ ok: true, changed: false });
    expect(await readWallet(db, `user:${user}`)).toMatchObject({
      frozen: credits(50),
      available: 0n,
    });
    expect(await reinstateMember(db, { organization, user })).toEqual({ ok: true, changed: true });
    expect(await reinstateMember(db, { organization, user })).toEqual({ ok: true, changed: false });
    expect(await readWallet(db, `user:${user}`)).toMatchObject({
      frozen: 0n,
      available: credits(50),
    });
    const [row] = await db<{ none: boolean }[]>`
      select frozen_by is null as none from bursar.wallets where owner = ${`user:${user}`}`;
    expect(row?.none).toBe(true);
  });

  test('in one organization leaves what another one allocated usable', async () => {
    await allocate(50);
    const other = `${organization}b`;
    await putOrganization(db, { id: other, name: 'Other' });
    await putMember(db, { organization: other, user, role: 'member' });
    await grant(db, `org:${other}`, 7);
    await transfer(db, `org:${other}`, `user:${user}`, 7);
    await suspendMember(db, { organization, user });
    expect(await readWallet(db, `user:${user}`)).toMatchObject({
      frozen: credits(50),
      available: credits(7),
    });
    await suspendMember(db, { organization: other, user });
    await reinstateMember(db, { organization, user });
    expect(await readWallet(db, `user:${user}`)).toMatchObject({
      frozen: credits(7),
      available: credits(50),
    });
  });

  test('ends with the thawed credits paying what was owed meanwhile', async () => {
    await allocate(50);
    await suspendMember(db, { organization, user });
    await charge(db, [{ wallet: `user:${user}`, whole: 8 }]);
    expect(await readWallet(db, `user:${user}`)).toMatchObject({
      owed: credits(8),
      balance: credits(50),
    });
    await reinstateMember(db, { organization, user });
    expect(await readWallet(db, `user:${user}`)).toMatchObject({
      owed: 0n,
      balance: credits(42),
      available: credits(42),
    });
    const { rows } = await readTransactions(db, `user:${user}`, {}, { limit: 1 });
    expect(rows[0]).toMatchObject({ amount: 0n, balanceAfter: credits(42), owedAfter: 0n });
  });

  test('needs a member', async () => {
    const refused = { ok: false, refusal: 'not_a_member' };
    expect(await suspendMember(db, { organization, user })).toEqual(refused);
    expect(await reinstateMember(db, { organization, user })).toEqual(refused);
    expect(await suspendMember(db, { organization: 'nowhere', user })).toEqual(refused);
    await putMember(db, { organization, user, role: 'member' });
    await remove(user);
    expect(await reinstateMember(db, { organization, user })).toEqual(refused);
  });
});
