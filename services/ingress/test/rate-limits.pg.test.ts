import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectQueues, queueSettings } from '@bursar/queues';
import { createLogger } from '@bursar/service-host';
import { describeWithRedis } from '../../../packages/queues/test/harness/describe-with-redis.ts';
import { createRedis } from '../../../packages/queues/test/harness/local-redis.ts';
import { createLeasedWindows } from '../src/limits/leased-windows.ts';
import { createRateLimiter } from '../src/limits/rate-limiter.ts';
import { windowStore } from '../src/limits/window-store.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress({
    key: {
      writes: { points: 5, seconds: 60 },
      reads: { points: 8, seconds: 60 },
      burst: { points: 100, seconds: 1 },
    },
    person: {
      writes: { points: 3, seconds: 60 },
      reads: { points: 6, seconds: 60 },
      burst: { points: 50, seconds: 1 },
    },
    unauthenticated: { points: 10, seconds: 60 },
    bodyBytes: 64 * 1024,
  });
  await ingress.call('PUT', '/v1/users/ana', { body: {} });
});
afterAll(() => ingress.stop());

const newKey = async (rate_limit?: object): Promise<{ id: string; key: string }> => {
  const made = await ingress.call('POST', '/v1/api-keys', {
    body: { name: 'Product', scopes: ['charges:write', 'wallets:read'], rate_limit },
  });
  expect(made).toMatchObject({ status: 201, body: { rate_limit: rate_limit ?? null } });
  return made.body;
};

let charges = 0;
const charge = (key: string, idempotencyKey = `charge-${(charges += 1)}`) =>
  ingress.call('POST', '/v1/charges', {
    key,
    idempotencyKey,
    body: { wallet: 'user:ana', amount: '1', product: 'render' },
  });

const statuses = async (calls: number, call: () => Promise<{ status: number }>) => {
  const seen: number[] = [];
  for (let i = 0; i < calls; i += 1) seen.push((await call()).status);
  return seen;
};

describe('a product key', () => {
  it('is told its limits with every answer', async () => {
    const { key } = await newKey();
    const answered = await charge(key);
    expect(answered.status).toBe(202);
    expect(answered.headers.get('RateLimit-Policy')).toBe('"write";q=5;w=60, "burst";q=100;w=1');
    expect(answered.headers.get('RateLimit')).toMatch(/^"write";r=4;t=60, "burst";r=99;t=1$/);
    const read = await ingress.call('GET', '/v1/wallets/user:nobody', { key });
    expect(read.status).toBe(404);
    expect(read.headers.get('RateLimit')).toMatch(/^"read";r=7;t=60, "burst";r=\d+;t=1$/);
  });

  it('is refused beyond them before anything happens, and may use the same Idempotency-Key later', async () => {
    const { id, key } = await newKey();
    expect(await statuses(7, () => charge(key))).toEqual([202, 202, 202, 202, 202, 429, 429]);
    const refused = await charge(key, 'refused-once');
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.body.detail).toMatch(/Nothing was accepted; no credits moved/);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(20);
    expect(refused.headers.get('RateLimit')).toMatch(/^"write";r=0;t=\d+/);
    expect((await ingress.call('GET', '/v1/wallets/user:ana', { key })).status).toBe(200);
    await ingress.call('PATCH', `/v1/api-keys/${id}`, { body: { rate_limit: { writes: 'off' } } });
    const later = await charge(key, 'refused-once');
    expect(later.status).toBe(202);
    expect(later.headers.get('Idempotent-Replayed')).toBeNull();
  });

  it('may have limits of its own, and counts apart from other keys', async () => {
    const { key: tight } = await newKey({ writes: '1/60s', burst: 'off' });
    const first = await charge(tight);
    expect(first.headers.get('RateLimit-Policy')).toBe('"write";q=1;w=60');
    expect((await charge(tight)).status).toBe(429);
    const { key: other } = await newKey({ writes: '8/60s' });
    expect(await statuses(8, () => charge(other))).toEqual(Array(8).fill(202));
  });

  it('is held to its burst', async () => {
    const { key } = await newKey({ writes: 'off', burst: '2/60s' });
    expect(await statuses(3, () => charge(key))).toEqual([202, 202, 429]);
  });

  it('cannot be given a limit that is none', async () => {
    const answered = await ingress.call('POST', '/v1/api-keys', {
      body: { name: 'x', scopes: ['charges:write'], rate_limit: { writes: '10 per second' } },
    });
    expect(answered).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/rate_limit/writes' }] },
    });
  });
});

describe('a person', () => {
  const newPerson = async (id: string): Promise<string> => {
    await ingress.call('PUT', `/v1/users/${id}`, { body: {} });
    return `user:${id}`;
  };
  const rename = (actAs: string) =>
    ingress.call('PUT', `/v1/users/${actAs.slice(5)}`, { actAs, body: { name: 'Name' } });

  it('is told their limits with every answer, and is refused beyond them', async () => {
    const person = await newPerson('pia');
    const first = await rename(person);
    expect(first.headers.get('RateLimit-Policy')).toBe(
      '"person-write";q=3;w=60, "person-burst";q=50;w=1',
    );
    expect(first.headers.get('RateLimit')).toMatch(
      /^"person-write";r=2;t=60, "person-burst";r=\d+;t=1$/,
    );
    expect(await statuses(3, () => rename(person))).toEqual([200, 200, 429]);
    const refused = await rename(person);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.body.detail).toMatch(/^This person may send 3 \(person-write\) in 60 s/);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    // Reads have a limit of their own, and so has everybody else.
    const read = await ingress.call('GET', '/v1/notifications', { actAs: person });
    expect([read.status, read.headers.get('RateLimit')]).toEqual([
      200,
      expect.stringMatching(/^"person-read";r=5;/),
    ]);
    expect((await rename(await newPerson('pit'))).status).toBe(200);
  });

  it('has one limit through all keys, beside those of each key', async () => {
    const held = new Map<string, number>();
    const windows = createLeasedWindows(
      {
        add: (name, points, seconds) => {
          held.set(name, (held.get(name) ?? 0) + points);
          return Promise.resolve({ points: held.get(name) ?? 0, leftMs: seconds * 1_000 });
        },
      },
      () => undefined,
    );
    const off = { writes: null, reads: null, burst: null };
    const person = { ...off, writes: { points: 3, seconds: 60 } };
    const limiter = createRateLimiter({ key: off, person }, windows, () => undefined);
    const through = (key: string) =>
      limiter.admit(
        { kind: 'person', id: 'peg', key, limits: { writes: { points: 2, seconds: 60 } } },
        'write',
        1,
      );
    const first = await through('key_1');
    expect(first.headers['RateLimit-Policy']).toBe('"person-write";q=3;w=60, "write";q=2;w=60');
    await through('key_1');
    expect((await through('key_2')).refusal).toBeNull();
    // The person's three are used up, whatever the key has left.
    expect((await through('key_2')).refusal?.detail).toMatch(/^This person may send 3/);
  });
});

it('an operator key has no limit and is told of none', async () => {
  const answers = await statuses(12, () => ingress.call('GET', '/v1/wallets/user:ana'));
  expect(new Set(answers)).toEqual(new Set([200]));
  const answered = await ingress.call('GET', '/v1/wallets/user:ana');
  expect(answered.headers.get('RateLimit')).toBeNull();
});

it('a body that finds no room is refused unread, and finds room when another has gone', async () => {
  const call = () =>
    ingress.call('POST', '/v1/charges', {
      idempotencyKey: 'large',
      body: { wallet: 'user:ana', amount: '1', product: 'render', padding: 'x'.repeat(20_000) },
    });
  const slow = request(`${ingress.url}/v1/charges`, {
    method: 'POST',
    headers: {
      Authorization: 'Bearer operator-key-of-the-settings',
      'Content-Type': 'application/json',
      'Content-Length': 40_000,
    },
  });
  slow.on('error', () => undefined);
  slow.write('{');
  await expect.poll(async () => (await call()).status).toBe(503);
  const refused = await call();
  expect(refused.body).toMatchObject({ code: 'unavailable' });
  expect(refused.body.detail).toMatch(/not read, not accepted, and moved no credits/);
  expect(refused.headers.get('Retry-After')).toMatch(/^\d+$/);
  slow.destroy();
  await expect.poll(async () => (await call()).status).toBe(400);
});

// Last: afterwards this address has no attempts left.
it('an address that keeps sending wrong keys is refused; keys in use there still pass', async () => {
  const { key } = await newKey();
  await charge(key);
  // Whoever sends no key guesses none: pages of people who are signed out ask all the time.
  const signedOut = () => ingress.call('GET', '/v1/session', { key: null });
  expect(await statuses(12, signedOut)).toEqual(Array(12).fill(401));
  const guess = () => ingress.call('GET', '/v1/wallets/user:ana', { key: 'guess-of-an-operator' });
  const seen = await statuses(12, guess);
  expect(seen).toEqual([...Array(10).fill(401), 429, 429]);
  const refused = await guess();
  expect(refused).toMatchObject({ body: { code: 'rate_limited' } });
  expect(refused.headers.get('Retry-After')).toMatch(/^\d+$/);
  expect((await charge(key)).status).toBe(202);
  expect((await signedOut()).status).toBe(401);
  expect((await ingress.call('GET', '/readyz', { key: null })).status).toBe(200);
});

describeWithRedis('limits on Redis', () => {
  it('are shared by replicas, and survive the loss of Redis as limits of each replica', async () => {
    const redis = await createRedis();
    await redis.start();
    const log = createLogger('test', 'fatal');
    const settings = queueSettings({ redisUrl: redis.url, databaseUrl: ingress.database.url });
    const replicas = await Promise.all([
      connectQueues(settings, log),
      connectQueues(settings, log),
    ]);
    const failures: unknown[] = [];
    const windows = replicas.map(({ sharedRedis }) =>
      createLeasedWindows(
        windowStore(ingress.database.connect('bursar_ingress'), sharedRedis),
        (error) => failures.push(error),
      ),
    );
    const take = async (name: string, times: number): Promise<number> => {
      let granted = 0;
      for (let i = 0; i < times; i += 1) {
        const taken = await windows[i % 2]!.take(name, 1, { points: 60, seconds: 60 });
        granted += Number(taken.allowed);
      }
      return granted;
    };
    try {
      expect(await take('a', 200)).toBe(60);
      expect(failures).toEqual([]);
      await redis.stop();
      expect(await take('b', 200)).toBe(120);
      expect(failures).toHaveLength(2);
    } finally {
      await Promise.all(replicas.map((queues) => queues.close()));
      await redis.remove();
    }
  });
});
