import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newOrganization, newUser } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

let system: WholeSystem;

beforeAll(async () => {
  system = await startWholeSystem({ backend: 'postgres' });
});
afterAll(() => system.stop());

const address = () => `p${randomBytes(5).toString('hex')}@example.com`;
const noticesOf = async (user: string): Promise<{ kind: string; data: object }[]> =>
  (await system.api.get('/v1/notifications', { actAs: user })).body.data;
const kindsOf = async (user: string) => (await noticesOf(user)).map((notice) => notice.kind);
const preferencesPath = (user: string) => `/v1/users/${user.slice(5)}/notification-preferences`;

/** Every fact has been handed on and every notice of it sent or left. */
const quiet = () =>
  until('all notices are out', async () => {
    const [row] = await system.database.db<{ open: boolean }[]>`
      select exists (select from bursar.outbox o where o.relayed_at is null)
        or exists (select from bursar.notifications n where n.mail = 'pending') as open`;
    return row?.open === false;
  });

test('an approval is one mail, with names; a low pool is told by its name', async () => {
  const mail = address();
  const { org, members } = await newOrganization(system.api, { members: 2, credits: '500' });
  const member = members[1] ?? '';
  await system.api.put(`/v1/users/${member.slice(5)}`, { name: 'Ana Lee', email: mail });
  const asked = await system.api.run(
    '/v1/credit-requests',
    { organization: org, amount: '20' },
    { actAs: member },
  );
  await system.api.run(`/v1/credit-requests/${asked.credit_request.id}/approve`, {});
  await until('the approval is told', async () =>
    (await kindsOf(member)).includes('request-approved'),
  );
  await quiet();
  expect(await kindsOf(member)).toEqual(['request-approved']);
  const [notice] = await noticesOf(member);
  expect(notice?.data).toMatchObject({ names: { [org]: 'Acme', [member]: 'Ana Lee' } });
});

test('a low mark of the own choosing warns once, and tells when the balance is back', async () => {
  const { org, owner } = await newOrganization(system.api, { members: 1, credits: '50' });
  const set = await system.api.patch(
    `/v1/wallets/${org}`,
    { low_balance_at: '40' },
    { actAs: owner },
  );
  expect(set.body.low_balance_at).toBe('40');
  const limit = { overdraft_limit: '1', low_balance_at: '40' };
  expect((await system.api.patch(`/v1/wallets/${org}`, limit, { actAs: owner })).status).toBe(403);
  const stranger = await newUser(system.api);
  const theirs = await system.api.patch(
    `/v1/wallets/${org}`,
    { low_balance_at: '1' },
    { actAs: stranger },
  );
  expect(theirs.status).toBe(404);
  for (const amount of ['15', '1', '1']) {
    await system.api.run('/v1/charges', { wallet: org, amount, product: 'ide' });
  }
  await system.api.run('/v1/grants', {
    wallet: org,
    amount: '100',
    kind: 'promotional',
    reason: 'More',
  });
  await until('both are told', async () => (await kindsOf(owner)).length >= 2);
  expect(await kindsOf(owner)).toEqual(['balance-recovered', 'balance-low']);
});

test('what is switched off is not told, by mail or in the list; receipts cannot be', async () => {
  const user = await newUser(system.api, address());
  const { org } = await newOrganization(system.api, { members: 1, credits: '100' });
  const path = preferencesPath(user);
  const off = await system.api.put(
    path,
    { preferences: [{ kind: 'credits-received', mail: false, in_app: false }] },
    { actAs: user },
  );
  const shown = (kind: string) =>
    off.body.preferences.find((one: { kind: string }) => one.kind === kind);
  expect(shown('credits-received')).toMatchObject({ mail: false, in_app: false, fixed: [] });
  expect(shown('balance-low')).toMatchObject({ mail: true, in_app: true });
  const receipt = { preferences: [{ kind: 'purchase-paid', mail: false }] };
  const refused = await system.api.put(path, receipt, { actAs: user });
  expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/preferences/0/mail']);
  const stranger = await newUser(system.api);
  expect((await system.api.get(path, { actAs: stranger })).status).toBe(404);
  await system.api.run('/v1/transfers', { from: org, to: user, amount: '1' });
  const rows = () => system.database.db<{ mail: string; shown: boolean }[]>`
    select n.mail, n.in_app as shown from bursar.notifications n where n.user_id = ${user.slice(5)}`;
  await until('the fact has been looked at', async () => (await rows()).length > 0);
  expect(await rows()).toEqual([{ mail: 'none', shown: false }]);
  expect(await kindsOf(user)).toEqual([]);
});

test('mail says how to end it: looking changes nothing, one POST does', async () => {
  const to = address();
  const user = await newUser(system.api, to);
  const { org } = await newOrganization(system.api, { members: 1, credits: '100' });
  await system.api.run('/v1/transfers', { from: org, to: user, amount: '1' });
  const message = await until('the mail', async () => (await system.mail.to(to))[0]);
  const link = /Stop mail like this: (\S+)/.exec(message.text)?.[1] ?? '';
  const mailPreference = async () => {
    const { body } = await system.api.get(preferencesPath(user));
    return body.preferences.find((one: { kind: string }) => one.kind === 'credits-received').mail;
  };
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  expect(headers).toMatchObject({
    'list-unsubscribe': `<${link}>`,
    'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
  });
  expect((await fetch(link)).status).toBe(200);
  expect(await mailPreference()).toBe(true);
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  expect((await fetch(link, { method: 'POST', body })).status).toBe(200);
  expect(await mailPreference()).toBe(false);
  expect((await fetch(`${link}x`, { method: 'POST' })).status).toBe(404);
});

test('webhooks are a channel of a person and of an organization; what must be told stays on', async () => {
  const { org, owner, members } = await newOrganization(system.api, { members: 2, credits: '10' });
  const member = members[1] ?? '';
  const path = `/v1/organizations/${org.slice(4)}/notification-preferences`;
  const shown = (body: { preferences: { kind: string }[] }, kind: string) =>
    body.preferences.find((one) => one.kind === kind);
  const off = (kind: string) => ({ preferences: [{ kind, webhook: false }] });
  const changed = await system.api.put(path, off('balance-low'), { actAs: owner });
  expect(shown(changed.body, 'balance-low')).toEqual({
    kind: 'balance-low',
    webhook: false,
    fixed: false,
    default: true,
  });
  for (const kind of ['member-removed', 'webhook-disabled', 'purchase-paid']) {
    for (const [where, who] of [
      [path, owner],
      [preferencesPath(owner), owner],
    ] as const) {
      const refused = await system.api.put(where, off(kind), { actAs: who });
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([
        400,
        '/preferences/0/webhook',
      ]);
    }
  }
  expect((await system.api.put(path, off('balance-low'), { actAs: member })).status).toBe(403);
  const own = await system.api.put(preferencesPath(member), off('credits-received'), {
    actAs: member,
  });
  expect(shown(own.body, 'credits-received')).toEqual({
    kind: 'credits-received',
    mail: true,
    in_app: true,
    webhook: false,
    fixed: [],
    defaults: { mail: true, in_app: true, webhook: true },
  });
  expect(shown(own.body, 'balance-recovered')).toMatchObject({
    mail: false,
    defaults: { mail: false, in_app: true, webhook: true },
  });
});

test('a low balance is told per wallet and per person, once each until it recovers', async () => {
  const { org, owner, members } = await newOrganization(system.api, { members: 2, credits: '50' });
  const admin = members[1] ?? '';
  await system.api.put(`/v1/organizations/${org.slice(4)}/members/${admin.slice(5)}`, {
    role: 'admin',
  });
  for (const wallet of [org, owner]) {
    await system.api.patch(`/v1/wallets/${wallet}`, { low_balance_at: '10' }, { actAs: owner });
  }
  await system.api.put(
    preferencesPath(admin),
    { preferences: [{ kind: 'balance-low', in_app: false }] },
    { actAs: admin },
  );
  await system.api.run('/v1/transfers', { from: org, to: owner, amount: '20' });
  const lows = async (user: string) =>
    (await noticesOf(user))
      .filter(({ kind }) => kind === 'balance-low')
      .map(({ data }) => ('wallet' in data ? data.wallet : null));
  // The pool falls below its mark twice without recovering: one notice, to each who wants it.
  for (const amount of ['21', '2']) {
    await system.api.run('/v1/charges', { wallet: org, amount, product: 'ide' });
  }
  await until('the pool is told', async () => (await lows(owner)).length === 1);
  await quiet();
  expect([await lows(owner), await lows(admin)]).toEqual([[org], []]);
  // The owner's own wallet has a state of its own, which the pool's does not touch.
  await system.api.run('/v1/charges', { wallet: owner, amount: '15', product: 'ide' });
  await until('the own wallet is told', async () => (await lows(owner)).length === 2);
  await quiet();
  expect(await lows(owner)).toEqual([owner, org]);
});

test('an endpoint for every wallet that was given up is seen by operators and counted', async () => {
  const made = await system.api.post('/v1/webhooks', {
    url: 'https://hooks.example/all',
    event_types: ['balance.low'],
  });
  expect(made.status).toBe(201);
  await system.database.db`
    select bursar.disable_webhook(e, 'failing') from bursar.webhook_endpoints e where e.wallet_id is null`;
  const seen = await system.api.get('/v1/attention');
  expect(seen.body.data).toMatchObject([
    {
      kind: 'webhook_disabled',
      subject: made.body.id,
      detail: expect.stringContaining('hooks.example failed for days'),
      remedy: expect.stringContaining('/replay'),
    },
  ]);
  const person = await newUser(system.api);
  expect((await system.api.get('/v1/attention', { actAs: person })).status).toBe(403);
  await system.api.patch(`/v1/webhooks/${made.body.id}`, { enabled: true });
  expect((await system.api.get('/v1/attention')).body.data).toEqual([]);
});
