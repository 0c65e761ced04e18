import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;
let count = 0;

/** As a person; commands get a key of their own and wait for their outcome. */
const as = (who: string, method: string, path: string, body?: unknown) => {
  count += 1;
  return ingress.call(method, path, {
    actAs: `user:${who}`,
    idempotencyKey: `k${count}`,
    headers: { Prefer: 'wait=10' },
    body,
  });
};

const member = (user: string, role: string) =>
  ingress.call('PUT', `/v1/organizations/acme/members/${user}`, { body: { role } });

const transfer = (from: string, to: string) => ({ from, to, amount: '1' });

const ask = async (who: string) => {
  const asked = await as(who, 'POST', '/v1/credit-requests', {
    organization: 'org:acme',
    amount: '10',
  });
  expect(asked.status).toBe(200);
  return String(asked.body.result.credit_request.id);
};

const memberPath = (user: string) => `/v1/organizations/acme/members/${user}`;

const setLimit = (limit: unknown) =>
  ingress.call('PATCH', '/v1/wallets/user:mia', { body: { overdraft_limit: limit } });

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  for (const user of ['olga', 'adam', 'mia', 'max', 'sam']) {
    await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
  }
  await as('olga', 'PUT', '/v1/organizations/acme', { name: 'Acme' });
  await member('adam', 'admin');
  await member('mia', 'member');
  await member('max', 'member');
  const grant = { wallet: 'org:acme', amount: '1000', kind: 'promotional', reason: 'Pool' };
  await ingress.call('POST', '/v1/grants', {
    body: grant,
    idempotencyKey: 'pool',
    headers: { Prefer: 'wait=10' },
  });
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

describe('reading', () => {
  it.each([
    ['mia', '/v1/wallets/user:mia', 200],
    ['mia', '/v1/wallets/user:max', 404],
    ['olga', '/v1/wallets/user:mia', 404],
    ['olga', '/v1/wallets/org:acme', 200],
    ['adam', '/v1/wallets/org:acme/transactions', 200],
    ['mia', '/v1/wallets/org:acme', 404],
    ['sam', '/v1/wallets/org:acme', 404],
    ['mia', '/v1/organizations/acme', 200],
    ['sam', '/v1/organizations/acme', 404],
    ['adam', '/v1/organizations/acme/members', 200],
    ['mia', '/v1/organizations/acme/members', 403],
    ['mia', '/v1/organizations/acme/transactions.csv', 404],
    ['adam', '/v1/organizations/acme/transactions.csv', 200],
    ['mia', '/v1/users/mia', 200],
    ['mia', '/v1/users/max', 404],
    ['mia', '/v1/notifications', 200],
    ['mia', '/v1/operations?status=rejected', 403],
  ])('%s of %s gets %i', async (who, path, status) => {
    expect((await as(who, 'GET', path)).status).toBe(status);
  });

  it('tells an operator that a wallet does not exist, and a person nothing', async () => {
    const operator = await ingress.call('GET', '/v1/wallets/user:nobody');
    expect(operator).toMatchObject({ status: 404, body: { code: 'wallet_not_found' } });
    expect((await as('mia', 'GET', '/v1/wallets/user:nobody')).body.code).toBe('not_found');
  });
});

describe('moving credits', () => {
  it.each([
    [
      'a member charges nobody',
      'mia',
      '/v1/charges',
      { wallet: 'user:mia', amount: '1', product: 'x' },
      403,
    ],
    [
      'an owner grants nothing',
      'olga',
      '/v1/grants',
      { wallet: 'org:acme', amount: '1', kind: 'adjustment', reason: 'x' },
      403,
    ],
    ['an admin gives to a member', 'adam', '/v1/transfers', transfer('org:acme', 'user:mia'), 200],
    ['a member gives back', 'mia', '/v1/transfers', transfer('user:mia', 'org:acme'), 200],
    [
      'a member takes nothing from the pool',
      'mia',
      '/v1/transfers',
      transfer('org:acme', 'user:mia'),
      403,
    ],
    [
      'nobody takes from another person',
      'mia',
      '/v1/transfers',
      transfer('user:max', 'org:acme'),
      404,
    ],
    ['person to person is refused', 'mia', '/v1/transfers', transfer('user:mia', 'user:max'), 403],
    [
      'a stranger gives to no organization',
      'sam',
      '/v1/transfers',
      transfer('user:sam', 'org:acme'),
      404,
    ],
    [
      'an admin gives to members only',
      'adam',
      '/v1/transfers',
      transfer('org:acme', 'user:sam'),
      422,
    ],
    [
      'a member allocates nothing',
      'mia',
      '/v1/allocations',
      { from: 'org:acme', recipients: 'all', amount_per_recipient: '1' },
      403,
    ],
    [
      'a member buys nothing for the pool',
      'mia',
      '/v1/purchases',
      { wallet: 'org:acme', pack: 'starter' },
      403,
    ],
    [
      'nobody buys for a stranger',
      'mia',
      '/v1/purchases',
      { wallet: 'user:max', pack: 'starter' },
      404,
    ],
  ])('%s', async (_name, who, path, body, status) => {
    expect((await as(who, 'POST', path, body)).status).toBe(status);
  });

  it('by an operator may go between any two', async () => {
    const answered = await ingress.call('POST', '/v1/transfers', {
      body: transfer('org:acme', 'user:sam'),
      idempotencyKey: 'any',
      headers: { Prefer: 'wait=10' },
    });
    expect(answered.status).toBe(200);
  });
});

describe('a credit request', () => {
  it('is made by members, decided by managers, and seen by whom it concerns', async () => {
    expect(
      (await as('sam', 'POST', '/v1/credit-requests', { organization: 'org:acme', amount: '10' }))
        .status,
    ).toBe(404);
    const operator = await ingress.call('POST', '/v1/credit-requests', {
      idempotencyKey: 'operator',
      body: { organization: 'org:acme', amount: '10' },
    });
    expect(operator.status).toBe(403);
    const id = await ask('mia');
    expect((await as('max', 'POST', `/v1/credit-requests/${id}/approve`, {})).status).toBe(404);
    expect((await as('max', 'POST', `/v1/credit-requests/${id}/cancel`, {})).status).toBe(404);
    expect((await as('adam', 'POST', `/v1/credit-requests/${id}/cancel`, {})).status).toBe(403);
    const approved = await as('adam', 'POST', `/v1/credit-requests/${id}/approve`, { amount: '4' });
    expect(approved.body.result.credit_request).toMatchObject({ status: 'approved', granted: '4' });
    const late = await as('olga', 'POST', `/v1/credit-requests/${id}/reject`, { reason: 'No' });
    expect(late).toMatchObject({ status: 409, body: { code: 'request_not_pending' } });
    const listed = async (who: string) =>
      (await as(who, 'GET', '/v1/organizations/acme/credit-requests')).body.data.length;
    expect(await listed('adam')).toBe(1);
    expect(await listed('mia')).toBe(1);
    expect(await listed('max')).toBe(0);
  });

  it('of their own is approved by owners only', async () => {
    const admins = await ask('adam');
    expect((await as('adam', 'POST', `/v1/credit-requests/${admins}/approve`, {})).status).toBe(
      403,
    );
    expect((await as('adam', 'POST', `/v1/credit-requests/${admins}/cancel`, {})).status).toBe(200);
    const owners = await ask('olga');
    expect((await as('olga', 'POST', `/v1/credit-requests/${owners}/approve`, {})).status).toBe(
      200,
    );
  });

  it('of a suspended member is refused for that reason', async () => {
    await as('adam', 'POST', '/v1/organizations/acme/members/max/suspend', {});
    const asked = await as('max', 'POST', '/v1/credit-requests', {
      organization: 'org:acme',
      amount: '1',
    });
    expect(asked).toMatchObject({ status: 409, body: { code: 'member_suspended' } });
    const back = await as('adam', 'POST', '/v1/organizations/acme/members/max/reinstate', {});
    expect(back.body).toMatchObject({ user: 'user:max', status: 'active' });
  });
});

describe('members', () => {
  it('are managed by managers, owners by owners', async () => {
    expect((await as('mia', 'PUT', memberPath('sam'), { role: 'member' })).status).toBe(403);
    expect((await as('adam', 'PUT', memberPath('sam'), { role: 'owner' })).status).toBe(403);
    expect((await as('adam', 'PUT', memberPath('olga'), { role: 'member' })).status).toBe(403);
    expect((await as('adam', 'DELETE', memberPath('olga'))).status).toBe(403);
    expect((await as('olga', 'PUT', memberPath('olga'), { role: 'admin' })).body.code).toBe(
      'last_owner',
    );
    expect((await as('adam', 'PUT', memberPath('nobody'), { role: 'member' })).status).toBe(404);
    expect((await as('adam', 'PUT', memberPath('sam'), { role: 'member' })).status).toBe(201);
    expect((await as('adam', 'DELETE', memberPath('sam'))).status).toBe(200);
    expect((await as('sam', 'GET', '/v1/organizations/acme')).status).toBe(404);
  });
});

describe('an organization', () => {
  it('is renamed by managers only, and belongs to the person who made it', async () => {
    expect((await as('mia', 'PUT', '/v1/organizations/acme', { name: 'Mine' })).status).toBe(403);
    expect((await as('sam', 'PUT', '/v1/organizations/acme', { name: 'Mine' })).status).toBe(404);
    expect((await as('adam', 'PUT', '/v1/organizations/acme', { name: 'Acme 2' })).body.name).toBe(
      'Acme 2',
    );
    const settings = await as('adam', 'PATCH', '/v1/organizations/acme/settings', {
      default_allocation: '7.50',
    });
    expect(settings.body.settings).toMatchObject({ default_allocation: '7.5' });
    const off = await as('adam', 'PATCH', '/v1/organizations/acme/settings', {
      default_allocation: null,
    });
    expect(off.body.settings).toEqual({
      default_allocation: null,
      seat_allocation: null,
      request_expiry_days: 30,
      auto_approve_below: null,
      auto_approve_monthly: null,
    });
  });
});

describe('an overdraft limit', () => {
  it('is set and lifted by operators', async () => {
    expect((await setLimit('100')).body.overdraft_limit).toBe('100');
    expect((await setLimit('0')).body.overdraft_limit).toBe('0');
    expect((await setLimit(null)).body.overdraft_limit).toBeNull();
    expect((await setLimit('-1')).status).toBe(422);
    expect(
      (await as('olga', 'PATCH', '/v1/wallets/user:mia', { overdraft_limit: null })).status,
    ).toBe(403);
  });
});
