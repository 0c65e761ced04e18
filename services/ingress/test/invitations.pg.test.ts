import { fromPublicId } from '@bursar/contracts';
import { deriveInvitationKey, invitationToken } from '@bursar/notices/invitation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/harness/until.ts';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { SECRET, startIngress, type RunningIngress } from './harness/running-ingress.ts';

const key = deriveInvitationKey(SECRET);
const ORG = '/v1/organizations/acme';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;
let count = 0;

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  for (const user of ['olga', 'adam', 'mia', 'sam', 'zoe']) {
    await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
  }
  await as('olga', 'PUT', ORG, { name: 'Acme' });
  for (const [user, role] of [
    ['adam', 'admin'],
    ['mia', 'member'],
  ]) {
    await ingress.call('PUT', `${ORG}/members/${user}`, { body: { role } });
  }
  await as('olga', 'PATCH', `${ORG}/settings`, { default_allocation: '25' });
  await ingress.call('POST', '/v1/grants', {
    body: { wallet: 'org:acme', amount: '100', kind: 'promotional', reason: 'Pool' },
    idempotencyKey: 'pool',
    headers: { Prefer: 'wait=10' },
  });
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

const as = (who: string, method: string, path: string, body?: unknown) =>
  ingress.call(method, path, { actAs: `user:${who}`, body });

const invite = (who: string, role = 'member') => {
  count += 1;
  return as(who, 'POST', `${ORG}/invitations`, { email: `guest${count}@example.com`, role });
};

/** The link's last part, as the worker would make it for the mail. */
const tokenOf = (invitation: { id: string; mails: number }) =>
  invitationToken(key, {
    id: fromPublicId('inv', invitation.id) ?? '',
    round: invitation.mails,
  });

const accept = (who: string, token: string) =>
  as(who, 'POST', `/v1/invitations/${token}/accept`, {});

it('is sent by managers, to owners by owners, and seen by managers', async () => {
  expect((await invite('sam')).status).toBe(404);
  expect((await invite('mia')).status).toBe(403);
  expect((await invite('adam', 'owner')).status).toBe(403);
  const toOwner = await invite('olga', 'owner');
  expect(toOwner.status).toBe(201);
  const path = `${ORG}/invitations/${toOwner.body.id}`;
  expect((await as('adam', 'DELETE', path)).status).toBe(403);
  expect((await as('adam', 'POST', `${path}/resend`, {})).status).toBe(403);
  expect((await as('olga', 'POST', `${path}/resend`, {})).body).toMatchObject({ mails: 2 });
  expect((await as('mia', 'GET', `${ORG}/invitations`)).status).toBe(403);
  expect((await as('adam', 'GET', `${ORG}/invitations`)).body.data).toMatchObject([
    { id: toOwner.body.id, role: 'owner', status: 'pending', invited_by: 'user:olga' },
  ]);
  expect((await as('olga', 'DELETE', path)).body.status).toBe('revoked');
  expect((await as('olga', 'DELETE', path)).body.status).toBe('revoked');
  expect((await accept('zoe', tokenOf({ ...toOwner.body, mails: 2 }))).body.code).toBe(
    'invitation_not_open',
  );
});

it('of one organization is nothing in another', async () => {
  await as('zoe', 'PUT', '/v1/organizations/other', { name: 'Other' });
  const { body } = await invite('adam');
  expect((await as('zoe', 'DELETE', `/v1/organizations/other/invitations/${body.id}`)).status).toBe(
    404,
  );
  expect((await as('zoe', 'POST', `${ORG}/invitations/${body.id}/resend`, {})).status).toBe(404);
});

it('makes one member and one default allocation, however often the link is clicked', async () => {
  const { body } = await invite('adam');
  const token = tokenOf(body);
  const clicks = await Promise.all(Array.from({ length: 4 }, () => accept('sam', token)));
  const statuses = clicks.map((click) => click.status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(new Set(clicks.map((click) => click.body.operation))).toHaveLength(1);
  const balance = async () => (await ingress.call('GET', '/v1/wallets/user:sam')).body.balance;
  await until('the default has arrived', async () => (await balance()) !== '0');
  expect(await balance()).toBe('25');
  expect((await accept('zoe', token)).body.code).toBe('invitation_not_open');
});

it('is accepted for oneself, or by an operator who says for whom', async () => {
  const { body } = await invite('adam');
  const path = `/v1/invitations/${tokenOf(body)}/accept`;
  expect((await as('zoe', 'POST', path, { user: 'user:sam' })).status).toBe(403);
  expect((await ingress.call('POST', path, { body: {} })).status).toBe(400);
  const unknown = await ingress.call('POST', path, { body: { user: 'user:nobody' } });
  expect(unknown.status).toBe(404);
  expect((await ingress.call('POST', path, { body: { user: 'user:zoe' } })).status).toBe(201);
});

it('cannot be accepted by a token that was made up', async () => {
  for (const token of ['x', 'A'.repeat(48)]) expect((await accept('zoe', token)).status).toBe(404);
});

it('keeps its token to the mail: no answer, table, or job has it', async () => {
  const invited = await invite('adam');
  const token = tokenOf(invited.body);
  const listed = await as('adam', 'GET', `${ORG}/invitations`);
  const rows = await ingress.database.db<{ kept: string }[]>`
    select i::text as kept from bursar.invitations i
    union all select o::text from bursar.outbox o`;
  expect(rows.length).toBeGreaterThan(1);
  for (const seen of [invited.text, listed.text, ...rows.map((row) => row.kept)]) {
    expect(seen).not.toContain(token);
  }
});

describe('the page of the link', () => {
  const page = (method: string, token: string) =>
    ingress.call(method, `/invitations/${token}`, { key: null });
  const inviteTo = async (email: string) =>
    tokenOf((await as('olga', 'POST', `${ORG}/invitations`, { email, role: 'member' })).body);

  it('lets the one person who is known under the address join, once, with their first credits', async () => {
    await ingress.call('PUT', '/v1/users/pia', {
      body: { email: 'pia@example.com', name: '<b>Pia</b>' },
    });
    const token = await inviteTo('Pia@Example.com');
    const asking = await page('GET', token);
    expect(asking.status).toBe(200);
    expect(asking.text).toContain('Join Acme?');
    expect(asking.text).toContain('P…@Example.com');
    expect(asking.text).toContain('Join as &lt;b&gt;Pia&lt;/b&gt;');
    expect((await as('pia', 'GET', ORG)).status).toBe(404);
    expect((await page('POST', token)).text).toContain('You are in Acme');
    expect((await as('pia', 'GET', ORG)).status).toBe(200);
    await until('the default allocation has come', async () => {
      const { body } = await as('pia', 'GET', '/v1/wallets/user:pia');
      return body.balance?.available === '25' || body.available === '25';
    });
    expect((await page('GET', token)).status).toBe(410);
    expect((await page('POST', token)).status).toBe(410);
  });

  it('lets nobody join for strangers, nor where an address has two people', async () => {
    for (const user of ['tim', 'tom']) {
      await ingress.call('PUT', `/v1/users/${user}`, { body: { email: 'team@example.com' } });
    }
    for (const email of ['nobody@example.com', 'team@example.com']) {
      const token = await inviteTo(email);
      expect((await page('GET', token)).text).toContain('Sign in to the product');
      expect((await page('GET', token)).text).not.toContain('<form');
      expect((await page('POST', token)).status).toBe(409);
    }
    expect((await as('tim', 'GET', ORG)).status).toBe(404);
  });

  it('is for nobody who only claims the address', async () => {
    await ingress.call('PUT', '/v1/users/mallory', { body: {} });
    await as('mallory', 'PUT', '/v1/users/mallory', { email: 'vic@example.com', name: 'Vic' });
    const token = await inviteTo('vic@example.com');
    expect((await page('GET', token)).text).not.toContain('<form');
    expect((await page('POST', token)).status).toBe(409);
    expect((await as('mallory', 'GET', ORG)).status).toBe(404);
    await ingress.call('PUT', '/v1/users/vic', { body: { email: 'vic@example.com', name: 'Vic' } });
    expect((await page('POST', token)).text).toContain('You are in Acme');
    expect((await as('vic', 'GET', ORG)).status).toBe(200);
    expect((await as('mallory', 'GET', ORG)).status).toBe(404);
  });

  it('knows no invented links, and ends with an older mail', async () => {
    expect((await page('GET', 'x'.repeat(48))).status).toBe(404);
    const { body } = await as('olga', 'POST', `${ORG}/invitations`, {
      email: 'again@example.com',
      role: 'member',
    });
    const old = tokenOf(body);
    await as('olga', 'POST', `${ORG}/invitations/${body.id}/resend`, {});
    expect((await page('GET', old)).status).toBe(410);
    expect((await page('GET', tokenOf({ ...body, mails: 2 }))).status).toBe(200);
  });
});
