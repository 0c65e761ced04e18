import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { statusOf } from '../src/budgets/render-budget.ts';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type Answered, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  for (const user of ['ana', 'ben', 'cleo', 'zoe']) {
    await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
  }
  await ingress.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  for (const [user, role] of [
    ['ana', 'owner'],
    ['ben', 'member'],
    ['cleo', 'member'],
  ]) {
    await ingress.call('PUT', `/v1/organizations/acme/members/${user}`, { body: { role } });
  }
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

const put = (id: string, body: object, actAs?: string): Promise<Answered> =>
  ingress.call('PUT', `/v1/budgets/${id}`, { body, ...(actAs !== undefined && { actAs }) });
const get = (path: string, actAs?: string): Promise<Answered> =>
  ingress.call('GET', path, actAs === undefined ? {} : { actAs });
const charge = (idempotencyKey: string, body: object): Promise<Answered> =>
  ingress.call('POST', '/v1/charges', {
    idempotencyKey,
    body: { wallet: 'user:ben', product: 'render', ...body },
    headers: { Prefer: 'wait=10' },
  });

const TEAM = { wallet: 'org:acme', limit: '100', period: 'month' };
const OWN = { wallet: 'user:zoe', limit: 10, period: 'day' };

describe('a budget', () => {
  it('shows what it counts and what its period has come to', async () => {
    const made = await put('team', { ...TEAM, alert_at: [90, 50, 50] });
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...TEAM,
        id: 'team',
        member: null,
        product: null,
        key: null,
        alert_at: [50, 90],
        enforce: true,
        state: { spent: '0', held: '0', remaining: '100', status: 'ok' },
      },
    });
    expect(made.body.state.period.from).toMatch(/-01T00:00:00\.000Z$/);
    expect(made.body.state.period.to > made.body.state.period.from).toBe(true);
    expect((await put('team', { ...TEAM, alert_at: [50, 90] })).status).toBe(200);
    expect(await charge('spend', { amount: '60', on_behalf_of: 'org:acme' })).toMatchObject({
      status: 200,
    });
    expect((await get('/v1/budgets/team')).body.state).toMatchObject({
      spent: '60',
      remaining: '40',
      status: 'alerted',
    });
  });

  it('refuses what goes beyond it, says so, and moves nothing', async () => {
    const refused = await charge('beyond', { amount: '40.5', on_behalf_of: 'org:acme' });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'budget_exceeded', required: '40.5', available: '40', subjects: ['team'] },
    });
    expect(refused.body.detail).toMatch(/no credits moved/);
    const hold = await ingress.call('POST', '/v1/holds', {
      idempotencyKey: 'hold',
      body: { wallet: 'user:ben', product: 'render', amount: '41', on_behalf_of: 'org:acme' },
      headers: { Prefer: 'wait=10' },
    });
    expect(hold.body.code).toBe('budget_exceeded');
    const preview = await charge('preview', {
      amount: '41',
      on_behalf_of: 'org:acme',
      preview: true,
    });
    expect(preview.body).toMatchObject({ error: { code: 'budget_exceeded' } });
  });

  it('ends, and frees its id', async () => {
    expect((await put('gone', OWN)).status).toBe(201);
    expect((await ingress.call('DELETE', '/v1/budgets/gone')).status).toBe(204);
    expect((await ingress.call('DELETE', '/v1/budgets/gone')).status).toBe(404);
    expect((await get('/v1/budgets/gone')).status).toBe(404);
    expect((await put('gone', TEAM)).status).toBe(201);
    await ingress.call('DELETE', '/v1/budgets/gone');
  });

  test.each([
    ['a member of a person', { ...OWN, member: 'user:ben' }, 'invalid_request', '/member'],
    ['no key', { ...OWN, key: 'key_x' }, 'invalid_request', '/key'],
    [
      'a key that does not exist',
      { ...OWN, key: 'key_01h455vb4pex5vsknk084sn02q' },
      'invalid_request',
      '/key',
    ],
    ['a negative limit', { ...OWN, limit: '-1' }, 'invalid_amount', '/limit'],
    ['another period', { ...OWN, period: 'year' }, 'invalid_request', '/period'],
    ['a percent of nothing', { ...OWN, alert_at: [0] }, 'invalid_request', '/alert_at/0'],
    ['an unknown wallet', { ...OWN, wallet: 'user:nobody' }, 'wallet_not_found', null],
    ['a stranger', { ...TEAM, member: 'user:zoe' }, 'not_a_member', null],
  ])('of %s is refused', async (_, body, code, pointer) => {
    const answered = await put('bad', body);
    expect(answered.body.code).toBe(code);
    if (pointer !== null) expect(answered.body.errors[0].pointer).toBe(pointer);
  });

  it('keeps its id from other wallets', async () => {
    await put('mine', OWN);
    expect(await put('mine', TEAM)).toMatchObject({
      status: 409,
      body: { code: 'budget_id_taken' },
    });
  });
});

describe('budgets are seen and set by those whom they concern', () => {
  beforeAll(async () => {
    await put('shared', TEAM);
    await put('of-ben', { ...TEAM, member: 'user:ben' });
    await put('of-cleo', { ...TEAM, member: 'user:cleo' });
  });

  const idsOf = (answered: Answered): string[] =>
    answered.body.data.map(({ id }: { id: string }) => id);

  test.each([
    ['user:ana', 200, 200, ['of-ben', 'of-cleo', 'shared', 'team']],
    ['user:ben', 403, 404, ['of-ben', 'shared', 'team']],
    ['user:zoe', 404, 404, null],
  ])('%s: putting %i, finding cleo’s %i', async (actAs, putting, finding, listed) => {
    expect((await put('shared', TEAM, actAs)).status).toBe(putting);
    expect((await get('/v1/budgets/of-cleo', actAs)).status).toBe(finding);
    const list = await get('/v1/wallets/org:acme/budgets', actAs);
    if (listed === null) expect(list.status).toBe(404);
    else expect(idsOf(list).toSorted()).toEqual(listed);
    const deleting = await ingress.call('DELETE', '/v1/budgets/shared', { actAs });
    expect(deleting.status).toBe(putting === 200 ? 204 : putting);
    await put('shared', TEAM);
  });

  it('people set those of their own wallet', async () => {
    const own = { ...OWN, wallet: 'user:cleo' };
    expect((await put('cleo', own, 'user:cleo')).status).toBe(201);
    expect((await put('cleo', own, 'user:ben')).status).toBe(404);
  });

  it('products with wallets:read see them and set none', async () => {
    const made = await ingress.call('POST', '/v1/api-keys', {
      body: { name: 'Render farm', scopes: ['wallets:read'] },
    });
    const { key } = made.body;
    expect((await ingress.call('GET', '/v1/budgets/team', { key })).status).toBe(200);
    expect((await ingress.call('GET', '/v1/wallets/org:acme/budgets', { key })).status).toBe(200);
    const answered = await ingress.call('PUT', '/v1/budgets/team', { key, body: TEAM });
    expect(answered.status).toBe(403);
  });

  it('are listed page by page, newest first', async () => {
    const first = await get('/v1/wallets/org:acme/budgets?limit=2');
    const cursor = encodeURIComponent(first.body.next_cursor);
    const second = await get(`/v1/wallets/org:acme/budgets?limit=2&cursor=${cursor}`);
    const all = await get('/v1/wallets/org:acme/budgets');
    expect([...idsOf(first), ...idsOf(second)]).toEqual(idsOf(all));
  });
});

test.each([
  [{ limit: 100n, spent: 49n, held: 0n, alertAt: [50] }, 'ok'],
  [{ limit: 100n, spent: 50n, held: 0n, alertAt: [50] }, 'alerted'],
  [{ limit: 100n, spent: 0n, held: 60n, alertAt: [50] }, 'ok'],
  [{ limit: 100n, spent: 10n, held: 90n, alertAt: [50] }, 'exhausted'],
  [{ limit: 100n, spent: 99n, held: 0n, alertAt: [] }, 'ok'],
  [{ limit: 0n, spent: 0n, held: 0n, alertAt: [50] }, 'exhausted'],
])('the status of %o is %s', (figures, status) => {
  expect(statusOf(figures)).toBe(status);
});
