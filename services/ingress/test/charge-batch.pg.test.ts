import { QueueUnavailable, chargeShard, type Queues } from '@bursar/queues';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type Answered, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;
/** The shards that do not answer, and what was handed to the others. */
const outage = new Set<number>();
const packs: { shard: number; items: number }[] = [];

function faulty(queues: Queues): Queues {
  return {
    ...queues,
    enqueueMany: async (jobs) => {
      for (const { job, payload, options } of jobs) {
        const shard = options?.shard ?? 0;
        if (outage.has(shard)) throw new QueueUnavailable('A test', new Error('no answer'));
        if (job === 'apply-charges') packs.push({ shard, items: payload.items.length });
      }
      await queues.enqueueMany(jobs);
    },
  };
}

beforeAll(async () => {
  ingress = await startIngress({}, faulty);
  stopWorker = await startLedgerWorker(ingress);
  for (const user of ['ana', 'bo', 'cy', 'di', 'poor']) {
    await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
  }
  await ingress.call('PATCH', '/v1/wallets/user:poor', { body: { overdraft_limit: '0' } });
  await ingress.call('PUT', '/v1/prices/tokens', {
    body: {
      product: 'assistant',
      meter: 'tokens',
      model: { type: 'per_unit', rate: '0.5', per: 1000 },
    },
  });
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

const send = (charges: unknown[], wait: number | null = 10): Promise<Answered> =>
  ingress.call('POST', '/v1/charges/batch', {
    body: { charges },
    headers: wait === null ? {} : { Prefer: `wait=${wait}` },
  });

let keys = 0;
const item = (rest: object = {}) => {
  keys += 1;
  return {
    idempotency_key: `item-${keys}`,
    wallet: 'user:ana',
    amount: '1',
    product: 'x',
    ...rest,
  };
};
const owed = async (wallet: string): Promise<number> =>
  Number((await ingress.call('GET', `/v1/wallets/${wallet}`)).body.owed);
const statuses = ({ body }: Answered): string[] =>
  body.data.map((one: { status: string; error: { code: string } | null }) =>
    one.error === null ? one.status : one.error.code,
  );

describe('a batch of charges', () => {
  it('answers about every item in the order sent, and applies the good ones', async () => {
    const before = await owed('user:bo');
    const good = item({ wallet: 'user:bo', amount: '2' });
    const priced = { ...item({ wallet: 'user:bo' }), amount: undefined, product: undefined };
    const answered = await send(
      [
        good,
        'nonsense',
        item({ amount: '0' }),
        { ...item(), idempotency_key: 'not visible' },
        item({ colour: 'red' }),
        item({ wallet: 'user:bo', amount: 3 }),
        { ...priced, price: 'tokens', quantity: '1000' },
        { ...priced, idempotency_key: 'unpriced', price: 'unknown', quantity: '1' },
        item({ preview: true }),
      ],
      null,
    );
    expect(answered.status).toBe(202);
    expect(statuses(answered)).toEqual([
      'accepted',
      'invalid_request',
      'invalid_amount',
      'invalid_request',
      'invalid_request',
      'accepted',
      'accepted',
      'price_not_found',
      'invalid_request',
    ]);
    expect(answered.body.data[0]).toEqual({
      idempotency_key: good.idempotency_key,
      operation: expect.stringMatching(/^op_/),
      status: 'accepted',
      error: null,
      replayed: false,
    });
    expect(answered.body.data[1]).toMatchObject({
      idempotency_key: null,
      operation: null,
      status: 'invalid',
    });
    expect(answered.body.data[4].error.errors).toEqual([
      { pointer: '/colour', message: 'is not a known field' },
    ]);
    await expect.poll(() => owed('user:bo')).toBe(before + 5.5);
  });

  it('of a thousand items with every text at its longest is accepted, in jobs that fit', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`${at}`.padEnd(40, 'k'), 'v'.repeat(500)]),
    );
    const full = Array.from({ length: 1000 }, (_, at) => ({
      ...item(),
      idempotency_key: `${at}-`.padEnd(255, 'i'),
      product: 'p'.repeat(100),
      description: 'd'.repeat(500),
      occurred_at: '2026-01-02T03:04:05.678Z',
      metadata,
    }));
    const before = await owed('user:ana');
    packs.length = 0;
    const answered = await send(full, 25);
    expect(answered.status).toBe(200);
    expect(new Set(statuses(answered))).toEqual(new Set(['accepted']));
    expect(packs.length).toBeLessThan(40);
    expect(await owed('user:ana')).toBe(before + 1000);
  }, 60_000);

  it('is packed into one job for up to 500 items of a shard', async () => {
    packs.length = 0;
    await send(
      Array.from({ length: 1000 }, () => item()),
      20,
    );
    expect(packs.map(({ items }) => items)).toEqual([500, 500]);
  });

  it('has 1 to 1,000 items', async () => {
    for (const charges of [[], Array.from({ length: 1001 }, () => item())]) {
      expect(await send(charges)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    }
  });

  it('that waited tells what became of each, and one refusal refuses no other', async () => {
    const poor = (amount: string) => item({ wallet: 'user:poor', amount });
    const answered = await send([poor('1'), item({ wallet: 'user:nobody' }), item()]);
    expect(answered.status).toBe(200);
    expect(answered.headers.get('Preference-Applied')).toBe('wait=10');
    expect(answered.body.data).toMatchObject([
      {
        status: 'accepted',
        operation_status: 'rejected',
        error: {
          code: 'insufficient_credits',
          required: '1',
          operation: answered.body.data[0].operation,
        },
      },
      { operation_status: 'rejected', error: { code: 'wallet_not_found' } },
      { operation_status: 'succeeded', error: null },
    ]);
  });
});

describe('a key in a batch', () => {
  it('that comes twice is one charge; with another request the second is refused', async () => {
    const before = await owed('user:cy');
    const one = item({ wallet: 'user:cy', amount: '4' });
    const answered = await send([one, { ...one, amount: '4.0' }, { ...one, amount: '5' }]);
    expect(statuses(answered)).toEqual(['accepted', 'accepted', 'idempotency_key_reused']);
    const [first, second] = answered.body.data;
    expect(second.operation).toBe(first.operation);
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(await owed('user:cy')).toBe(before + 4);
  });

  it('is the same operation in a repetition, and alone', async () => {
    const before = await owed('user:cy');
    const one = item({ wallet: 'user:cy', amount: '6' });
    const first = await send([one, item()]);
    const again = await send([item(), one]);
    expect(again.body.data[1]).toMatchObject({ status: 'accepted', replayed: true });
    expect(again.body.data[1].operation).toBe(first.body.data[0].operation);
    const { idempotency_key: idempotencyKey, ...body } = one;
    const alone = await ingress.call('POST', '/v1/charges', { idempotencyKey, body });
    expect(alone.headers.get('Idempotent-Replayed')).toBe('true');
    expect(alone.body.id).toBe(first.body.data[0].operation);
    const other = await send([{ ...one, amount: '7' }]);
    expect(statuses(other)).toEqual(['idempotency_key_reused']);
    expect(other.body.data[0].error.operation).toBe(first.body.data[0].operation);
    expect(await owed('user:cy')).toBe(before + 6);
  });

  it('keeps the first price, also when the price is gone', async () => {
    const price = (rate: string) =>
      ingress.call('PUT', '/v1/prices/brief', {
        body: { product: 'x', meter: 'pages', model: { type: 'per_unit', rate } },
      });
    await price('1');
    const before = await owed('user:di');
    const one = { ...item({ wallet: 'user:di' }), amount: undefined, price: 'brief', quantity: 2 };
    const first = await send([one]);
    await price('5');
    expect((await send([one])).body.data[0]).toMatchObject({ replayed: true });
    await ingress.call('DELETE', '/v1/prices/brief');
    const gone = await send([one, { ...one, idempotency_key: 'late' }]);
    expect(statuses(gone)).toEqual(['accepted', 'price_not_found']);
    expect(gone.body.data[0].operation).toBe(first.body.data[0].operation);
    expect(await owed('user:di')).toBe(before + 2);
  });

  it('whose first item was refused may be used by a better one', async () => {
    const one = { ...item(), price: 'none', quantity: '1', amount: undefined };
    expect(statuses(await send([one]))).toEqual(['price_not_found']);
    expect(statuses(await send([{ ...one, price: 'tokens' }]))).toEqual(['accepted']);
  });
});

describe('an outage of one shard', () => {
  const shardOf = (wallet: string) => chargeShard(wallet, ingress.queues.chargeShards);

  it('fails the items of that shard alone, which may be sent again', async () => {
    const wallets = ['user:ana', 'user:bo', 'user:cy', 'user:di'];
    const down = shardOf('user:ana');
    expect(new Set(wallets.map(shardOf)).size).toBeGreaterThan(1);
    const charges = wallets.map((wallet) => item({ wallet, amount: '8' }));
    const before = await Promise.all(wallets.map(owed));
    outage.add(down);
    const partial = await send([...charges, item({ amount: '-1' })]);
    outage.clear();
    expect(partial.body.data.map((one: { status: string }) => one.status)).toEqual([
      ...wallets.map((wallet) => (shardOf(wallet) === down ? 'unavailable' : 'accepted')),
      'invalid',
    ]);
    expect(partial.body.data[0].error.code).toBe('unavailable');
    const again = await send(charges);
    expect(again.status).toBe(200);
    expect(again.body.data.map((one: { replayed: boolean }) => one.replayed)).toEqual(
      wallets.map((wallet) => shardOf(wallet) !== down),
    );
    expect(await Promise.all(wallets.map(owed))).toEqual(before.map((amount) => amount + 8));
  });

  it('that fails everything is an outage of the request', async () => {
    outage.add(shardOf('user:ana'));
    const answered = await send([item(), item({ amount: 'much' })]);
    outage.clear();
    expect(answered).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answered.headers.get('Retry-After')).toMatch(/^[1-9]$/);
  });
});

describe('the right to send a batch', () => {
  it('is the right to charge', async () => {
    const keyWith = async (scope: string) =>
      (await ingress.call('POST', '/v1/api-keys', { body: { name: 'P', scopes: [scope] } })).body
        .key;
    const post = (options: object) =>
      ingress.call('POST', '/v1/charges/batch', { body: { charges: [item()] }, ...options });
    expect((await post({ key: await keyWith('charges:write') })).status).toBe(202);
    expect((await post({ key: await keyWith('events:write') })).status).toBe(403);
    expect((await post({ actAs: 'user:ana' })).status).toBe(403);
  });
});
