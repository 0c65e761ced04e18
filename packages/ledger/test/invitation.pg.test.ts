import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { invitationToMail, markInvitationMailed } from '../src/operations.ts';
import {
  acceptInvitation,
  invite,
  listInvitations,
  putMember,
  putOrganization,
  putUser,
  readInvitation,
  readMembership,
  resendInvitation,
  revokeInvitation,
  setOrganizationSettings,
  suspendMember,
  type Database,
} from '../src/reads.ts';
import { apply, credits } from './reads-fixtures.ts';

type Role = 'owner' | 'admin' | 'member';

let database: TestDatabase;
let db: Database;
let count = 0;
let organization: string;
let owner: string;
let user: string;
let rival: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

beforeEach(async () => {
  count += 1;
  [organization, owner, user, rival] = [`o${count}`, `boss${count}`, `u${count}`, `v${count}`];
  for (const id of [owner, user, rival]) await putUser(db, { id });
  await putOrganization(db, { id: organization, name: 'Acme', owner });
  await setOrganizationSettings(db, { organization, defaultAllocation: credits(10) });
});

const ask = (role: Role = 'member', email = 'ana@example.com', actor = `user:${owner}`) =>
  invite(db, { organization, email, role, actor });

/** An open invitation's id. */
const open = async (role: Role = 'member', actor = `user:${owner}`) => {
  const outcome = await ask(role, `${randomUUID()}@example.com`, actor);
  if (!outcome.ok) throw new Error(outcome.refusal);
  return outcome.invitation;
};

const accept = (invitation: string, who = user, round = 1) =>
  acceptInvitation(db, { invitation, round, user: who });

const refused = (refusal: string) => ({ ok: false, refusal });

const membersOf = async () => {
  const [row] = await db<[{ count: number }]>`
    select count(*)::integer as count from bursar.memberships m
    where m.organization_id = ${organization} and m.status = 'active'`;
  return row.count;
};

const age = (id: string, interval: string) => db`
  update bursar.invitations i
  set expires_at = i.expires_at - ${interval}::text::interval, asked_at = i.asked_at - ${interval}::text::interval
  where i.id = ${id}`;

describe('inviting', () => {
  test('the same address again, however spelled, finds the open invitation', async () => {
    const first = await ask();
    expect(first).toMatchObject({ ok: true, created: true });
    expect(await ask('member', 'ANA@Example.com')).toEqual({ ...first, created: false });
    expect(await ask('admin')).toEqual(refused('invitation_pending'));
    const { rows } = await listInvitations(db, organization, { limit: 10 });
    expect(rows).toMatchObject([{ status: 'pending', role: 'member', round: 1 }]);
  });

  test('many times at once makes one', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => ask()));
    expect(outcomes.filter((outcome) => outcome.ok && outcome.created)).toHaveLength(1);
  });

  test('a member is answered so, until they are removed', async () => {
    await putUser(db, { id: user, email: 'Ana@example.com' });
    await putMember(db, { organization, user, role: 'member' });
    expect(await ask()).toEqual(refused('already_a_member'));
    const removal = { organization: `org:${organization}`, member: `user:${user}` };
    await apply(db, { type: 'member_removal', ...removal });
    expect(await ask()).toMatchObject({ ok: true });
  });

  test('floods no mailbox, neither by sending again nor by revoking and inviting', async () => {
    for (let sent = 0; sent < 5; sent += 1) {
      const outcome = await ask();
      if (!outcome.ok) throw new Error(outcome.refusal);
      await revokeInvitation(db, outcome.invitation);
    }
    expect(await ask()).toEqual(refused('invitation_limit_reached'));
    const other = await open();
    for (let sent = 1; sent < 5; sent += 1) expect(await resendInvitation(db, other)).toBeNull();
    expect(await resendInvitation(db, other)).toBe('invitation_limit_reached');
    await age(other, '25 hours');
    expect(await resendInvitation(db, other)).toBeNull();
  });

  test('needs an organization', async () => {
    expect(
      await invite(db, { organization: 'no', email: 'a@b.c', role: 'member', actor: 'key' }),
    ).toEqual(refused('unknown_organization'));
  });
});

describe('accepting', () => {
  test('makes a member once, and asked again says the same', async () => {
    const id = await open('admin');
    expect(await accept(id)).toEqual({ ok: true, organization, created: true, welcome: true });
    expect(await accept(id)).toEqual({ ok: true, organization, created: false, welcome: true });
    expect(await readMembership(db, organization, user)).toMatchObject({ role: 'admin' });
    expect(await readInvitation(db, id)).toMatchObject({ status: 'accepted', acceptedBy: user });
    expect(await accept(id, rival)).toEqual(refused('invitation_not_open'));
  });

  test('by two people at once admits exactly one', async () => {
    const id = await open();
    const outcomes = await Promise.all([accept(id, user), accept(id, rival)]);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(outcomes).toContainEqual(refused('invitation_not_open'));
    expect(await membersOf()).toBe(2);
  });

  test('twice at once by one person creates once', async () => {
    const id = await open();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => accept(id)));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(outcomes.filter((outcome) => outcome.ok && outcome.created)).toHaveLength(1);
  });

  test('while it is revoked ends in one of both', async () => {
    for (let round = 0; round < 8; round += 1) {
      const id = await open();
      const [accepted, revoked] = await Promise.all([accept(id, user), revokeInvitation(db, id)]);
      expect(accepted.ok).toBe(revoked === 'invitation_not_open');
      const status = (await readInvitation(db, id))?.status;
      expect(status).toBe(accepted.ok ? 'accepted' : 'revoked');
    }
  });

  test('works by the last mail only, for seven days', async () => {
    const id = await open();
    await resendInvitation(db, id);
    expect(await accept(id, user, 1)).toEqual(refused('invitation_not_open'));
    await age(id, '7 days');
    expect(await accept(id, user, 2)).toEqual(refused('invitation_not_open'));
    expect(await readInvitation(db, id)).toMatchObject({ status: 'expired' });
    await resendInvitation(db, id);
    expect(await accept(id, user, 3)).toMatchObject({ ok: true });
  });

  test('brings nobody back whom the organization removed afterwards', async () => {
    const id = await open();
    await accept(id);
    const removal = { organization: `org:${organization}`, member: `user:${user}` };
    await apply(db, { type: 'member_removal', ...removal });
    expect(await accept(id)).toEqual(refused('invitation_not_open'));
    expect(await membersOf()).toBe(1);
  });

  test('changes no role and ends no suspension', async () => {
    await putMember(db, { organization, user, role: 'member' });
    expect(await accept(await open('admin'))).toMatchObject({ ok: true, created: false });
    expect(await readMembership(db, organization, user)).toMatchObject({ role: 'member' });
    await suspendMember(db, { organization, user });
    expect(await accept(await open())).toEqual(refused('member_suspended'));
  });

  test('needs the right of whoever invited, at the moment of accepting', async () => {
    await putMember(db, { organization, user: rival, role: 'owner' });
    const ids = [await open('owner', `user:${rival}`), await open('member', `user:${rival}`)];
    await putMember(db, { organization, user: rival, role: 'admin' });
    expect(await accept(ids[0] ?? '')).toEqual(refused('invitation_not_open'));
    expect(await accept(ids[1] ?? '')).toMatchObject({ ok: true });
  });

  test('needs a person', async () => {
    expect(await accept(await open(), 'nobody')).toEqual(refused('unknown_user'));
  });
});

describe('the mail of an invitation', () => {
  const facts = async (id: string) => {
    const rows = await db<{ fact: string }[]>`
      select o.id::text as fact from bursar.outbox o
      where o.kind = 'invitation-sent' and o.payload ->> 'id' = bursar.public_id('inv', ${id}::uuid)
      order by o.id`;
    return rows.map((row) => row.fact);
  };

  test('is due once for each time it was asked for, with the newest link', async () => {
    const id = await open();
    await resendInvitation(db, id);
    const [first = '', second = ''] = await facts(id);
    const due = await invitationToMail(db, first);
    expect(due).toMatchObject({ id, round: 2, organization: 'Acme', role: 'member' });
    await markInvitationMailed(db, { id, round: 2 });
    expect(await invitationToMail(db, first)).toBeNull();
    expect(await invitationToMail(db, second)).toBeNull();
  });

  test('is not due when it is over', async () => {
    const id = await open();
    await revokeInvitation(db, id);
    const [fact = ''] = await facts(id);
    expect(await invitationToMail(db, fact)).toBeNull();
  });

  test('names nobody’s address in what webhooks tell', async () => {
    const id = await open();
    const [row] = await db<{ payload: object }[]>`
      select o.payload from bursar.outbox o where o.id = ${(await facts(id))[0] ?? ''}::text::bigint`;
    expect(Object.keys(row?.payload ?? {}).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'expires_at',
      'id',
      'organization',
      'role',
    ]);
  });
});
