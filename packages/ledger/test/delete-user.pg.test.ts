import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { audit } from '../src/administration.ts';
import { applyCommand } from '../src/operation/apply-command.ts';
import {
  attachSubscriptionCheckout,
  findErrands,
  finishErrand,
  forgetPaymentMethod,
  mirrorPaymentMethod,
  openSubscription,
  refuseSubscription,
  rememberCustomer,
} from '../src/operations.ts';
import {
  acceptInvitation,
  deleteUser,
  invite,
  putMember,
  putOrganization,
  putPlan,
  putUser,
  readTransactions,
  readUser,
  readWallet,
  type Database,
} from '../src/reads.ts';
import { apply, charge, credits, grant, hold, micro, newHead } from './reads-fixtures.ts';
import { planOf } from './subscription-fixtures.ts';

let database: TestDatabase;
let db: Database;
let count = 0;
let id: string;
let organization: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

beforeEach(async () => {
  count += 1;
  [id, organization] = [`u${count}`, `o${count}`];
  await putUser(db, { id, name: 'Ana', email: 'ana@example.com' });
  await putUser(db, { id: 'boss' });
  await putOrganization(db, { id: organization, name: 'Acme', owner: 'boss' });
});

const remove = (preview = false) => deleteUser(db, { id, preview });

const blockers = async () => {
  const [preview, outcome] = [await remove(true), await remove()];
  if (outcome.ok || outcome.refusal !== 'account_not_settled') throw new Error('Not refused');
  expect(preview).toEqual({ ok: true, report: outcome.report });
  expect(await readUser(db, id)).toMatchObject({ name: 'Ana' });
  return outcome.report.blockers;
};

const leave = () => {
  const removal = { organization: `org:${organization}`, member: `user:${id}` };
  return apply(db, { type: 'member_removal', ...removal });
};

test('forgets who somebody was and keeps what they did; again it changes nothing', async () => {
  await grant(db, `user:${id}`, 5);
  await charge(db, [{ wallet: `user:${id}`, whole: 5 }]);
  expect(await remove()).toMatchObject({ ok: true, report: { blockers: [], balance: '0' } });
  expect(await remove()).toMatchObject({ ok: true });
  expect(await readUser(db, id)).toBeNull();
  const { rows } = await readTransactions(db, `user:${id}`, {}, { limit: 10 });
  expect(rows).toHaveLength(2);
  const [kept] = await db<{ name: null; email: null }[]>`
    select u.name, u.email from bursar.users u where u.id = ${id}`;
  expect(kept).toEqual({ name: null, email: null });
  expect((await audit(db)).ok).toBe(true);
});

test('is refused while anything is unsettled, and a preview says the same', async () => {
  await grant(db, `user:${id}`, 5);
  expect(await blockers()).toEqual(['credits']);
  await hold(db, `user:${id}`, 5);
  expect(await blockers()).toEqual(['credits', 'open_holds']);
  await charge(db, [{ wallet: `user:${id}`, whole: 3 }]);
  expect(await blockers()).toEqual(['debt', 'credits', 'open_holds']);
});

test('is refused to members, and says where they are the last owner', async () => {
  await putMember(db, { organization, user: id, role: 'member' });
  expect(await blockers()).toEqual(['organizations']);
  await putMember(db, { organization, user: id, role: 'owner' });
  await putMember(db, { organization, user: 'boss', role: 'admin' });
  expect(await blockers()).toEqual(['last_owner', 'organizations']);
  await putMember(db, { organization, user: 'boss', role: 'owner' });
  await leave();
  expect(await remove()).toMatchObject({ ok: true });
});

test('waits for a subscription that could still be paid for', async () => {
  await putPlan(db, planOf({ id: `plan-${id}` }));
  const order = { wallet: `user:${id}`, plan: `plan-${id}`, quantity: 1 };
  const head = newHead();
  const opened = await openSubscription(db, head, order);
  if (opened.verdict !== 'pending') throw new Error('Not opened.');
  expect(await blockers()).toEqual(['subscription']);
  const error = { code: 'payment_refused', detail: 'Refused.' } as const;
  await refuseSubscription(db, head, String(opened.result['subscription']), error);
  expect(await remove()).toMatchObject({ ok: true });
});

test('ends what could bill and removes what could be charged, when it is told to', async () => {
  await putPlan(db, planOf({ id: `plan-${id}` }));
  const order = { wallet: `user:${id}`, plan: `plan-${id}`, quantity: 1 };
  const head = newHead();
  const opened = await openSubscription(db, head, order);
  if (opened.verdict !== 'pending') throw new Error('Not opened.');
  const page = { session: `cs_${id}`, url: 'http://localhost/pay', customer: `cus_${id}` };
  await attachSubscriptionCheckout(db, head, String(opened.result['subscription']), page);
  await rememberCustomer(db, `user:${id}`, `cus_${id}`, null);
  const card = { id: `pm_${id}`, customer: `cus_${id}`, brand: 'visa', last4: '4242' };
  const expiry = { expMonth: 12, expYear: 2030, fingerprint: `fp-${id}` };
  await mirrorPaymentMethod(db, { ...card, ...expiry });
  expect(await deleteUser(db, { id, preview: true })).toMatchObject({
    report: { subscriptions: 1, saved_cards: 1, blockers: ['subscription'] },
  });
  expect(await deleteUser(db, { id, preview: false, endSubscriptions: true })).toMatchObject({
    ok: true,
  });
  const errands = async () =>
    (await findErrands(db, 1_000)).filter(({ wallet }) => wallet === `user:${id}`);
  expect((await errands()).map(({ kind }) => kind).toSorted()).toEqual([
    'close_page',
    'detach_card',
    'forget_customer',
  ]);
  for (const errand of await errands()) await finishErrand(db, errand.id);
  await forgetPaymentMethod(db, card.id);
  // A page to save a card on was still open.
  await mirrorPaymentMethod(db, { ...card, ...expiry });
  expect((await errands()).map(({ kind }) => kind)).toEqual(['detach_card']);
});

test('leaves nobody to come back, to join, or to be charged', async () => {
  await remove();
  await putUser(db, { id, name: 'Ana again' });
  expect(await readUser(db, id)).toBeNull();
  expect(await putMember(db, { organization, user: id, role: 'member' })).toMatchObject({
    refusal: 'unknown_user',
  });
  expect(await putOrganization(db, { id: `${organization}b`, name: 'B', owner: id })).toEqual({
    ok: false,
    refusal: 'unknown_user',
  });
  await charge(db, [{ wallet: `user:${id}`, whole: 1 }]);
  expect(await readWallet(db, `user:${id}`)).toMatchObject({ owed: 0n, balance: 0n });
  const placing = { type: 'hold', wallet: `user:${id}`, amount: micro(1), product: 'x' } as const;
  const held = await applyCommand(db, newHead(), { ...placing, expires_in: 60 }, { graceDays: 7 });
  expect(held.verdict).toBe('rejected');
});

test('needs a person', async () => {
  expect(await deleteUser(db, { id: 'nobody', preview: false })).toEqual({
    ok: false,
    refusal: 'unknown_user',
  });
});

test('at the moment of a charge ends with a debt and a person, or with neither', async () => {
  for (let round = 0; round < 8; round += 1) {
    id = `r${count}-${round}`;
    await putUser(db, { id, name: 'Ana' });
    const [outcome] = await Promise.all([
      remove(),
      charge(db, [{ wallet: `user:${id}`, whole: 1 }]),
    ]);
    const owed = (await readWallet(db, `user:${id}`))?.owed;
    expect(owed).toBe(outcome.ok ? 0n : credits(1));
  }
});

test('at the moment of joining ends with a member, or with nobody', async () => {
  for (let round = 0; round < 8; round += 1) {
    id = `j${count}-${round}`;
    await putUser(db, { id, name: 'Ana' });
    const asked = {
      organization,
      email: `${id}@example.com`,
      role: 'member',
      actor: 'key',
    } as const;
    const invited = await invite(db, asked);
    if (!invited.ok) throw new Error(invited.refusal);
    const joining =
      round % 2 === 0
        ? acceptInvitation(db, { invitation: invited.invitation, round: 1, user: id })
        : putOrganization(db, { id: `${organization}-${round}`, name: 'B', owner: id });
    const [outcome, joined] = await Promise.all([remove(), joining]);
    expect([outcome.ok, joined.ok].filter(Boolean)).toHaveLength(1);
  }
});
