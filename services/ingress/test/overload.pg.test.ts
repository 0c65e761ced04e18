import { chargeShard } from '@bursar/queues';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChargePacker } from '../src/charges/charge-packer.ts';
import { chargeOf } from './harness/charge-item.ts';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

/** Two wallets on different shards. */
const NAMES = Array.from({ length: 50 }, (_, i) => `u${i}`);
const onShard = (shard: number): string =>
  NAMES.find((name) => chargeShard(`user:${name}`, 2) === shard) ?? '';
const [BUSY, IDLE] = [onShard(0), onShard(1)];
const NEIGHBOUR = NAMES.find((name) => name !== BUSY && chargeShard(`user:${name}`, 2) === 0) ?? '';

let ingress: RunningIngress;
let stopWorker: (() => Promise<unknown>) | undefined;
beforeAll(async () => {
  ingress = await startIngress({ queue: { ageMs: 4_000, bytes: 2 ** 30 } });
  for (const name of [BUSY, IDLE, NEIGHBOUR]) {
    await ingress.call('PUT', `/v1/users/${name}`, { body: {} });
  }
});
afterAll(async () => {
  await stopWorker?.();
  await ingress.stop();
});

const charge = (name: string, idempotencyKey: string, headers: Record<string, string> = {}) =>
  ingress.call('POST', '/v1/charges', {
    idempotencyKey,
    body: { wallet: `user:${name}`, amount: '1', product: 'render' },
    headers,
  });
const transfer = (idempotencyKey: string) =>
  ingress.call('POST', '/v1/grants', {
    idempotencyKey,
    body: { wallet: `user:${IDLE}`, amount: '1', kind: 'promotional', reason: 'test' },
  });

/** Nobody works the queues yet. */
it('sheds the shard that is too far behind, and that shard only', async () => {
  const accepted = await charge(BUSY, 'kept');
  expect(accepted.status).toBe(202);
  let probe = 0;
  await expect.poll(async () => (await charge(BUSY, `probe-${(probe += 1)}`)).status).toBe(503);
  const refused = await charge(BUSY, 'refused');
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(refused.body.detail).toMatch(/not accepted and moved no credits/);
  expect(refused.headers.get('Retry-After')).toMatch(/^\d+$/);

  expect((await charge(IDLE, 'elsewhere')).status).toBe(202);
  expect((await transfer('grant')).status).toBe(202);
  expect((await ingress.call('GET', `/v1/wallets/user:${BUSY}`)).status).toBe(200);
  expect((await ingress.call('GET', '/readyz', { key: null })).status).toBe(200);

  const item = (name: string, key: string) => ({
    idempotency_key: key,
    wallet: `user:${name}`,
    amount: '1',
    product: 'render',
  });
  const charges = [item(BUSY, 'batched'), item(BUSY, 'kept'), item(IDLE, 'batched-idle')];
  const batch = await ingress.call('POST', '/v1/charges/batch', { body: { charges } });
  expect(batch.status).toBe(202);
  expect(batch.body.data).toMatchObject([
    { status: 'unavailable', error: { code: 'unavailable' } },
    { status: 'accepted', replayed: true, operation: accepted.body.id },
    { status: 'accepted', replayed: false },
  ]);

  const again = await charge(BUSY, 'kept');
  expect(again).toMatchObject({ status: 202, body: { id: accepted.body.id, status: 'pending' } });
  expect(again.headers.get('Idempotent-Replayed')).toBe('true');
  const other = await ingress.call('POST', '/v1/charges', {
    idempotencyKey: 'kept',
    body: { wallet: `user:${BUSY}`, amount: '2', product: 'render' },
  });
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
});

it('takes commands again when the queue was worked off; a refused key is then new', async () => {
  stopWorker = await startLedgerWorker(ingress);
  await expect.poll(async () => (await charge(BUSY, 'probe-last')).status).not.toBe(503);
  const answered = await charge(BUSY, 'refused', { Prefer: 'wait=20' });
  expect(answered).toMatchObject({ status: 200, body: { status: 'succeeded' } });
  expect(answered.headers.get('Idempotent-Replayed')).toBeNull();
  expect((await charge(BUSY, 'kept')).body).toMatchObject({ status: 'succeeded' });
});

it('answers a known operation even while it sheds', async () => {
  const done = await charge(BUSY, 'done', { Prefer: 'wait=20' });
  await stopWorker?.();
  stopWorker = undefined;
  let probe = 0;
  await expect.poll(async () => (await charge(BUSY, `late-${(probe += 1)}`)).status).toBe(503);
  expect((await charge(BUSY, 'done')).body).toEqual(done.body);
  const read = await ingress.call('GET', `/v1/operations/${done.body.id}`);
  expect(read).toMatchObject({ status: 200, body: { status: 'succeeded' } });
});

it('puts the charges of a hammered wallet behind those of its neighbours', async () => {
  const other = await startIngress();
  try {
    for (const name of [BUSY, NEIGHBOUR]) {
      await other.call('PUT', `/v1/users/${name}`, { body: {} });
    }
    const packer = createChargePacker(
      other.database.connect('bursar_ingress'),
      other.queues,
      { refusal: () => null },
      { count: (wallet) => wallet === `user:${BUSY}` },
      () => undefined,
    );
    const place = (name: string) => packer.place(chargeOf(`user:${name}`), false);
    await Promise.all(Array.from({ length: 1_200 }, () => place(BUSY)));
    await place(NEIGHBOUR);
    expect((await other.queues.backlogs())['charges-0']).toMatchObject({
      first: { jobs: 1 },
      later: { jobs: 3 },
    });
    const stop = await startLedgerWorker(other);
    const applied = () => other.database.db<{ owner: string; rank: string }[]>`
      select w.owner, count(*) over (order by t.id) as rank
      from bursar.transactions t join bursar.wallets w on w.id = t.wallet_id`;
    await expect.poll(async () => (await applied()).length).toBe(1_201);
    await stop();
    const rank = (await applied()).find(({ owner }) => owner === `user:${NEIGHBOUR}`)?.rank;
    // It came last and is applied with the first batch.
    expect(Number(rank)).toBeLessThanOrEqual(501);
  } finally {
    await other.stop();
  }
});
