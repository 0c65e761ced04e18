import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openEvents, type EventReader } from './harness/event-reader.ts';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let running: RunningIngress;
let stopWorker: () => Promise<unknown>;
const readers: EventReader[] = [];

beforeAll(async () => {
  running = await startIngress();
  stopWorker = await startLedgerWorker(running);
  for (const id of ['ana', 'bo', 'far']) await running.call('PUT', `/v1/users/${id}`, { body: {} });
});
afterAll(async () => {
  await stopWorker();
  await running.stop();
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

let keys = 0;
async function command(path: string, body: object) {
  const idempotencyKey = `live-${(keys += 1)}`;
  const answered = await running.call('POST', path, {
    body,
    idempotencyKey,
    headers: { Prefer: 'wait=20' },
  });
  expect(answered.status, answered.text).toBe(200);
  return answered.body.result;
}
const grant = (wallet: string, amount: string) =>
  command('/v1/grants', { wallet, amount, kind: 'promotional', reason: 'Test' });
const charge = (wallet: string, amount: string) =>
  command('/v1/charges', { wallet, amount, product: 'ide' });

async function follow(wallet: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await openEvents(`${running.url}/v1/wallets/${wallet}/events`, {
    Authorization: 'Bearer operator-key-of-the-settings',
    ...headers,
  });
  readers.push(reader);
  return reader;
}

/** The next event of a kind, others skipped. */
async function nextOf(reader: EventReader, event: string) {
  for (;;) {
    const read = await reader.next();
    if (read.event === event) return read;
  }
}

test('a reader sees the balance, then each transaction with the balance after it', async () => {
  const reader = await follow('user:ana');
  expect(reader.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
  expect(await reader.next()).toMatchObject({ event: 'balance', id: '0', data: { balance: '0' } });
  await grant('user:ana', '10');
  const told = await nextOf(reader, 'transaction');
  expect(told).toMatchObject({ id: '1', data: { kind: 'grant', amount: '10' } });
  expect(await nextOf(reader, 'balance')).toMatchObject({ id: '1', data: { balance: '10' } });
  await command('/v1/holds', { wallet: 'user:ana', amount: '4', product: 'ide' });
  const held = await nextOf(reader, 'balance');
  expect(held).toMatchObject({ id: '1', data: { available: '6', held: '4' } });
});

test('who comes back gets what was missed, once and in order', async () => {
  await grant('user:bo', '100');
  const first = await follow('user:bo');
  const { id } = await nextOf(first, 'balance');
  first.close();
  for (const amount of ['1', '2', '3']) await charge('user:bo', amount);
  const again = await follow('user:bo', { 'Last-Event-ID': id ?? '' });
  const missed = [await again.next(), await again.next(), await again.next(), await again.next()];
  expect(missed.map((one) => [one.event, one.data.amount ?? one.data.balance])).toEqual([
    ['transaction', '-1'],
    ['transaction', '-2'],
    ['transaction', '-3'],
    ['balance', '94'],
  ]);
  expect(missed.map((one) => Number(one.id))).toEqual([2, 3, 4, 4]);
});

test('who missed too much, or comes from elsewhere, starts from now', async () => {
  await running.database.db`
    with wallet as (update bursar.wallets set version = 1500 where owner = 'user:far' returning id)
    insert into bursar.transactions (wallet_id, version, id, kind, amount, balance_after, owed_after, actor, occurred_at, created_at)
    select w.id, n, uuidv7(), 'adjustment', 1, n, 0, 'system:test', now(), now() from wallet w, generate_series(1, 1500) n`;
  const late = await follow('user:far', { 'Last-Event-ID': '1' });
  expect(await late.next()).toMatchObject({ event: 'gap', data: { transactions: 1499 } });
  expect(await late.next()).toMatchObject({ event: 'balance', id: '1500' });
  const odd = await follow('user:far', { 'Last-Event-ID': '99999' });
  expect(await odd.next()).toMatchObject({ event: 'balance', id: '1500' });
  const text = await follow('user:far', { 'Last-Event-ID': 'x' });
  expect(await text.next()).toMatchObject({ event: 'balance', id: '1500' });
});

test('a suspension is told, and so is that the wallet is still looked at', async () => {
  await running.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  for (const [id, role] of Object.entries({ ana: 'owner', bo: 'member' })) {
    await running.call('PUT', `/v1/organizations/acme/members/${id}`, { body: { role } });
  }
  await grant('org:acme', '50');
  await command('/v1/transfers', { from: 'org:acme', to: 'user:bo', amount: '50' });
  const reader = await follow('user:bo');
  const { data } = await nextOf(reader, 'balance');
  await reader.beat();
  await command('/v1/organizations/acme/members/bo/suspend', {});
  const left = String(Number(data.available) - 50);
  while ((await nextOf(reader, 'balance')).data.available !== left);
});

test('only whoever may read the wallet follows it', async () => {
  const path = '/v1/wallets/user:ana/events';
  expect((await running.call('GET', path, { actAs: 'user:bo' })).status).toBe(404);
  expect((await running.call('GET', path, { key: null })).status).toBe(401);
  expect((await running.call('GET', '/v1/wallets/user:nobody/events')).body.code).toBe(
    'wallet_not_found',
  );
});

test('one caller has so many streams and no more; one that is closed makes room', async () => {
  const headers = { 'Bursar-Act-As': 'user:ana' };
  for (let count = 0; count < 20; count += 1) {
    const reader = await follow('user:ana', headers);
    await reader.next();
  }
  const refused = await running.call('GET', '/v1/wallets/user:ana/events', { actAs: 'user:ana' });
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '10']);
  readers[0]?.close();
  await expect
    .poll(async () => {
      const reader = await follow('user:ana', headers);
      return reader.status;
    })
    .toBe(200);
});

test('streams end when the ingress stops, and ask to come back', async () => {
  const other = await startIngress();
  await other.call('PUT', '/v1/users/eve', { body: {} });
  const reader = await openEvents(`${other.url}/v1/wallets/user:eve/events`, {
    Authorization: 'Bearer operator-key-of-the-settings',
  });
  await reader.next();
  const begun = performance.now();
  await Promise.all([reader.ended(), other.stop()]);
  expect(performance.now() - begun).toBeLessThan(60_000);
});
