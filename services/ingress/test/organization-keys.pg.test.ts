import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let running: RunningIngress;
let stopWorker: () => Promise<unknown>;
let keys = 0;

beforeAll(async () => {
  running = await startIngress();
  stopWorker = await startLedgerWorker(running);
  const { call } = running;
  for (const id of ['ana', 'bo', 'cy', 'dee']) await call('PUT', `/v1/users/${id}`, { body: {} });
  for (const [org, owner] of [
    ['acme', 'user:bo'],
    ['other', 'user:cy'],
  ] as const) {
    await call('PUT', `/v1/organizations/${org}`, { actAs: owner, body: { name: org } });
  }
  await call('PUT', '/v1/organizations/acme/members/ana', { body: { role: 'member' } });
  for (const wallet of ['org:acme', 'org:other', 'user:ana', 'user:dee']) {
    await command('/v1/grants', { wallet, amount: '100', kind: 'promotional', reason: 'Test' });
  }
});
afterAll(async () => {
  await stopWorker();
  await running.stop();
});

async function command(path: string, body: object, key?: string) {
  const idempotencyKey = `keys-${(keys += 1)}`;
  const headers = { Prefer: 'wait=20' };
  const options = { body, idempotencyKey, headers, ...(key !== undefined && { key }) };
  return running.call('POST', path, options);
}

const ALL = ['charges:write', 'holds:write', 'wallets:read', 'events:write'];
async function makeKey(body: object, actAs?: string) {
  const made = await running.call('POST', '/v1/api-keys', {
    body: { name: 'K', scopes: ALL, ...body },
    ...(actAs !== undefined && { actAs }),
  });
  expect(made.status, made.text).toBe(201);
  return made.body as { id: string; key: string };
}
const charge = (key: string, wallet: string, rest = {}) =>
  command('/v1/charges', { wallet, amount: '1', product: 'ide', ...rest }, key);

describe('a key bound to an organization', () => {
  test.each([
    ['org:acme', 200],
    ['org:other', 404],
    ['user:ana', 404],
    ['user:dee', 404],
    ['user:nobody', 404],
  ])('%s: %i, by every way of spending and reading', async (wallet, status) => {
    const { key } = await makeKey({ organization: 'org:acme' }, 'user:bo');
    expect((await charge(key, wallet)).status).toBe(status);
    const hold = { wallet, amount: '1', product: 'ide' };
    expect((await command('/v1/holds', hold, key)).status).toBe(status);
    for (const path of ['', '/transactions', '/totals', '/lots', '/transactions.csv']) {
      const read = await running.call('GET', `/v1/wallets/${wallet}${path}`, { key });
      expect([path, read.status]).toEqual([path, status]);
    }
    const usage = await running.call('GET', `/v1/usage?wallet=${wallet}`, { key });
    expect(usage.status).toBe(status);
    const batch = await running.call('POST', '/v1/charges/batch', {
      key,
      body: { charges: [{ ...hold, idempotency_key: `batch-${wallet}` }] },
    });
    expect(batch.body.data[0].status).toBe(status === 200 ? 'accepted' : 'invalid');
    const event = { specversion: '1.0', id: wallet, source: '/x', type: 'y', subject: wallet };
    const sent = await running.call('POST', '/v1/events', {
      key,
      body: { ...event, data: { credits: '1', product: 'ide' } },
    });
    expect(sent.status, sent.text).toBe(status === 200 ? 202 : 404);
  });

  test('reaches members only when an operator says so, and strangers never', async () => {
    const { key } = await makeKey({ organization: 'org:acme', members: true });
    expect((await charge(key, 'user:ana')).status).toBe(200);
    expect((await charge(key, 'user:ana', { on_behalf_of: 'org:acme' })).status).toBe(200);
    expect((await charge(key, 'user:ana', { on_behalf_of: 'org:other' })).status).toBe(404);
    expect((await charge(key, 'user:dee')).status).toBe(404);
    await running.call('DELETE', '/v1/organizations/acme/members/ana', {
      headers: { Prefer: 'wait=20' },
    });
    expect((await charge(key, 'user:ana')).status).toBe(404);
    await running.call('PUT', '/v1/organizations/acme/members/ana', { body: { role: 'member' } });
    const greedy = await running.call('POST', '/v1/api-keys', {
      actAs: 'user:bo',
      body: { name: 'K', scopes: ALL, organization: 'org:acme', members: true },
    });
    expect(greedy.status).toBe(403);
  });

  test('sees of a chain what it reaches, and one step of what lies beyond', async () => {
    const own = await makeKey({ organization: 'org:acme' });
    const wide = await makeKey({ organization: 'org:acme', members: true });
    await command('/v1/transfers', { from: 'org:acme', to: 'user:ana', amount: '3' });
    const { balance } = (await running.call('GET', '/v1/wallets/user:ana')).body;
    await command('/v1/transfers', { from: 'user:ana', to: 'user:dee', amount: balance });
    const granted = (await running.call('GET', '/v1/wallets/org:acme/transactions')).body.data.find(
      (one: { kind: string }) => one.kind === 'grant',
    );
    const seenBy = async (key?: string) => {
      const path = `/v1/transactions/${granted.id}/provenance`;
      const { body } = await running.call('GET', path, key === undefined ? {} : { key });
      return body.results
        .filter((one: { wallet: string }) => one.wallet !== 'org:acme')
        .map((one: { wallet: string; remaining: string | null }) => [one.wallet, one.remaining]);
    };
    expect(await seenBy()).toEqual([
      ['user:ana', '0'],
      ['user:dee', '3'],
    ]);
    expect(await seenBy(wide.key)).toEqual([
      ['user:ana', '0'],
      ['user:dee', null],
    ]);
    expect(await seenBy(own.key)).toEqual([['user:ana', null]]);
  });

  test('reads no chain and follows no wallet of others', async () => {
    const { key } = await makeKey({ organization: 'org:acme' });
    const [lot] = (await running.call('GET', '/v1/wallets/org:other/lots')).body.data;
    const path = `/v1/lots/${lot.id}/provenance`;
    expect((await running.call('GET', path, { key })).status).toBe(404);
    expect((await running.call('GET', path)).status).toBe(200);
    const events = await running.call('GET', '/v1/wallets/org:other/events', { key });
    expect(events.status).toBe(404);
  });
});

describe('managing keys', () => {
  test('is for operators, and for those who manage the organization; others see nothing', async () => {
    const { id } = await makeKey({ organization: 'org:acme' }, 'user:bo');
    const free = await makeKey({});
    const list = (query: string, actAs?: string) =>
      running.call('GET', `/v1/api-keys${query}`, actAs === undefined ? {} : { actAs });
    const mine = await list('?organization=org:acme', 'user:bo');
    expect(mine.body.data.map((one: { id: string }) => one.id)).toContain(id);
    expect(JSON.stringify(mine.body)).not.toContain('bsk_');
    expect((await list('?organization=org:acme', 'user:cy')).status).toBe(404);
    expect((await list('?organization=org:acme', 'user:ana')).status).toBe(403);
    expect((await list('', 'user:bo')).status).toBe(403);
    expect((await list('')).body.data.length).toBeGreaterThan(1);
    for (const [key, actAs] of [
      [id, 'user:cy'],
      [id, 'user:ana'],
      [free.id, 'user:bo'],
    ] as const) {
      const rotated = await running.call('POST', `/v1/api-keys/${key}/rotate`, { actAs });
      const revoked = await running.call('DELETE', `/v1/api-keys/${key}`, { actAs });
      expect([rotated.status, revoked.status]).toEqual([404, 404]);
    }
    const rotated = await running.call('POST', `/v1/api-keys/${id}/rotate`, { actAs: 'user:bo' });
    expect((await charge(rotated.body.key, 'org:other')).status).toBe(404);
    expect((await charge(rotated.body.key, 'org:acme')).status).toBe(200);
    const revoked = await running.call('DELETE', `/v1/api-keys/${id}`, { actAs: 'user:bo' });
    expect(revoked.status).toBe(204);
    expect((await charge(rotated.body.key, 'org:acme')).status).toBe(401);
  });

  test('a key ends by itself, and one for what does not exist is not made', async () => {
    const soonOver = await makeKey({ expires_at: new Date(Date.now() + 1_500).toISOString() });
    const looks = () => running.call('GET', '/v1/wallets/org:acme', { key: soonOver.key });
    await expect.poll(async () => (await looks()).status).toBe(401);
    const future = await makeKey({ expires_at: new Date(Date.now() + 60_000).toISOString() });
    expect((await charge(future.key, 'org:acme')).status).toBe(200);
    const nowhere = { name: 'K', scopes: ALL, organization: 'org:nowhere' };
    expect((await running.call('POST', '/v1/api-keys', { body: nowhere })).status).toBe(404);
    const lost = { name: 'K', scopes: ALL, members: true };
    expect((await running.call('POST', '/v1/api-keys', { body: lost })).status).toBe(400);
  });

  test('says when a key was last used, once the ingress has written it down', async () => {
    const other = await startIngress();
    const made = await other.call('POST', '/v1/api-keys', { body: { name: 'K', scopes: ALL } });
    expect(made.body.last_used_at).toBeNull();
    await other.call('GET', '/v1/catalog', { key: made.body.key });
    await other.ingress.stop();
    const [row] = await other.database.db<{ used: boolean }[]>`
      select k.last_used_at > now() - interval '1 minute' as used from bursar.api_keys k where not k.operator`;
    expect(row).toEqual({ used: true });
    await other.queues.close();
    await other.database.drop();
  });

  test('is not made when it would have ended already', async () => {
    const made = await running.call('POST', '/v1/api-keys', {
      body: {
        name: 'K',
        scopes: ALL,
        organization: 'org:acme',
        expires_at: '2020-01-02T00:00:00Z',
      },
      actAs: 'user:bo',
    });
    expect(made).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '/expires_at' }] },
    });
  });
});
