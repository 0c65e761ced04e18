import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;
let count = 0;
let id: string;
let org: string;

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  for (const user of ['olga', 'adam', 'sam']) {
    await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
  }
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

/** Olga owns it, Adam administers it, and its pool has 750 credits. */
beforeEach(async () => {
  count += 1;
  id = `acme${count}`;
  org = `/v1/organizations/${id}`;
  await ingress.call('PUT', org, { body: { name: 'Acme Ltd' }, actAs: 'user:olga' });
  await ingress.call('PUT', `${org}/members/adam`, { body: { role: 'admin' } });
  await ingress.call('POST', '/v1/grants', {
    body: { wallet: `org:${id}`, amount: '750', kind: 'promotional', reason: 'Welcome' },
    idempotencyKey: `grant-${count}`,
    headers: { Prefer: 'wait=20' },
  });
});

const erase = (body: object, actAs?: string) =>
  ingress.call('DELETE', org, {
    body,
    headers: { Prefer: 'wait=20' },
    ...(actAs !== undefined && { actAs: `user:${actAs}` }),
  });
const look = (actAs: string) => ingress.call('GET', `${org}/deletion`, { actAs: `user:${actAs}` });
const EVERYTHING = { confirm: 'Acme Ltd', forfeit: '750' };

it('is for owners and operators; strangers do not learn that it exists', async () => {
  expect((await look('adam')).status).toBe(403);
  expect((await look('sam')).status).toBe(404);
  expect((await erase(EVERYTHING, 'adam')).status).toBe(403);
  expect((await erase(EVERYTHING, 'sam')).status).toBe(404);
  expect((await erase(EVERYTHING)).status).toBe(200);
});

it('shows the consequences, money first, and the very body that would do it', async () => {
  const { body } = await look('olga');
  expect(body).toMatchObject({
    organization: `org:${id}`,
    confirmation: EVERYTHING,
    pool: { amount: '750', by_kind: { promotional: '750' } },
    owed: '0',
    blockers: [],
  });
  expect(body.consequences.map(({ what }: { what: string }) => what)).toEqual(['pool', 'members']);
  const tried = await erase({ ...body.confirmation, preview: true }, 'olga');
  expect(tried.body).toMatchObject({
    object: 'preview',
    would: 'succeed',
    result: { deletion: { forfeited: '750' } },
  });
  expect((await ingress.call('GET', org)).status).toBe(200);
});

it('answers whoever did it the same again, and is gone for everybody else', async () => {
  const done = await erase(EVERYTHING, 'olga');
  expect(done).toMatchObject({
    status: 200,
    body: {
      type: 'organization_deletion',
      result: { deletion: { forfeited: '750', members: { count: 2 } } },
    },
  });
  const again = await erase({ confirm: 'Acme Ltd' }, 'olga');
  expect(again.body.result).toEqual(done.body.result);
  expect((await erase(EVERYTHING, 'adam')).status).toBe(404);
  expect((await ingress.call('GET', org)).status).toBe(404);
  expect((await look('olga')).status).toBe(404);
  const wallet = await ingress.call('GET', `/v1/wallets/org:${id}`);
  expect(wallet.body).toMatchObject({ balance: '0', closed_at: expect.any(String) });
  const list = await ingress.call('GET', `/v1/wallets/org:${id}/transactions`);
  expect(list.body.data[0]).toMatchObject({ kind: 'forfeiture', amount: '-750' });
});

it('refuses by what is typed, and mending it at once is another request', async () => {
  expect(await erase({ confirm: 'acme' }, 'olga')).toMatchObject({
    status: 422,
    body: { code: 'confirmation_mismatch' },
  });
  expect(await erase({ confirm: 'Acme Ltd' }, 'olga')).toMatchObject({
    status: 409,
    body: { code: 'account_not_settled', required: '750' },
  });
  expect(await erase({ confirm: 'Acme Ltd', forfeit: '700' }, 'olga')).toMatchObject({
    status: 422,
    body: { code: 'confirmation_mismatch', required: '750' },
  });
  expect((await erase(EVERYTHING, 'olga')).status).toBe(200);
});

it('closes the wallet and keeps the id', async () => {
  await erase(EVERYTHING);
  const limit = await ingress.call('PATCH', `/v1/wallets/org:${id}`, {
    body: { overdraft_limit: '5' },
  });
  expect(limit).toMatchObject({ status: 409, body: { code: 'wallet_closed' } });
  const again = await ingress.call('PUT', org, { body: { name: 'Again' }, actAs: 'user:olga' });
  expect(again).toMatchObject({ status: 409, body: { code: 'organization_deleted' } });
  const key = { name: 'Late', scopes: ['wallets:read'], organization: `org:${id}` };
  expect((await ingress.call('POST', '/v1/api-keys', { body: key })).status).toBe(404);
});
