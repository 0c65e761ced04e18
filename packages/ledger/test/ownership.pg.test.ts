import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { applyCommand } from '../src/operation/apply-command.ts';
import {
  putMember,
  putOrganization,
  putUser,
  readMembership,
  suspendMember,
  transferOwnership,
  type Database,
} from '../src/reads.ts';
import { newHead } from './reads-fixtures.ts';

let database: TestDatabase;
let db: Database;
let count = 0;
let organization: string;
let [ana, ben, cleo]: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

/** Ana owns it alone; Ben and Cleo are members. */
beforeEach(async () => {
  count += 1;
  [organization, ana, ben, cleo] = [`o${count}`, `ana${count}`, `ben${count}`, `cleo${count}`];
  for (const id of [ana, ben, cleo]) await putUser(db, { id });
  await putOrganization(db, { id: organization, name: 'Acme', owner: ana });
  for (const user of [ben, cleo]) await putMember(db, { organization, user, role: 'member' });
});

const give = (from = '', to = '') => transferOwnership(db, { organization, from, to });

const roleOf = async (user = '') => (await readMembership(db, organization, user))?.role;

const leave = async (user = '') => {
  const command = { organization: `org:${organization}`, member: `user:${user}` };
  return applyCommand(db, newHead(), { type: 'member_removal', ...command }, { graceDays: 7 });
};

const activeOwners = async () => {
  const rows = await db<{ user: string }[]>`
    select m.user_id as user from bursar.memberships m
    where m.organization_id = ${organization} and m.role = 'owner' and m.status = 'active'`;
  return rows.map((row) => row.user);
};

describe('giving the role of owner', () => {
  test('makes one an owner and the other an administrator', async () => {
    expect(await give(ana, ben)).toEqual({ ok: true });
    expect([await roleOf(ana), await roleOf(ben)]).toEqual(['admin', 'owner']);
  });

  test('to oneself changes nothing', async () => {
    expect(await give(ana, ana)).toEqual({ ok: true });
    expect(await activeOwners()).toEqual([ana]);
  });

  test('is for active owners, and to active members', async () => {
    expect(await give(ben, cleo)).toEqual({ ok: false, refusal: 'not_an_owner' });
    expect(await transferOwnership(db, { organization: 'no', from: 'a', to: 'b' })).toEqual({
      ok: false,
      refusal: 'unknown_organization',
    });
    expect(await give(ana, 'nobody')).toEqual({ ok: false, refusal: 'not_a_member' });
    await leave(ben);
    expect(await give(ana, ben)).toEqual({ ok: false, refusal: 'not_a_member' });
    await suspendMember(db, { organization, user: cleo ?? '' });
    expect(await give(ana, cleo)).toEqual({ ok: false, refusal: 'member_suspended' });
    expect(await activeOwners()).toEqual([ana]);
  });

  test('to two at once reaches exactly one of them', async () => {
    const outcomes = await Promise.all([give(ana, ben), give(ana, cleo)]);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(outcomes).toContainEqual({ ok: false, refusal: 'not_an_owner' });
    expect(await activeOwners()).toHaveLength(1);
  });

  test('while the receiver leaves never leaves nobody', async () => {
    await Promise.all([give(ana, ben), leave(ben)]);
    expect(await activeOwners()).toHaveLength(1);
  });
});

/** Every way in which an owner can cease to be one. */
const endings: [string, (user: string) => Promise<unknown>][] = [
  ['leaves', leave],
  ['is demoted', (user) => putMember(db, { organization, user, role: 'admin' })],
  ['is suspended', (user) => suspendMember(db, { organization, user })],
];
const pairs = endings.flatMap(([one, first]) =>
  endings.map(([other, second]) => [one, other, first, second] as const),
);

test.each(pairs)(
  'when one of two owners %s while the other %s, exactly one stays',
  async (_one, _other, first, second) => {
    await putMember(db, { organization, user: ben ?? '', role: 'owner' });
    await Promise.all([first(ana ?? ''), second(ben ?? '')]);
    expect(await activeOwners()).toHaveLength(1);
  },
);
