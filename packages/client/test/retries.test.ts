import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BursarConnectionError, BursarError, BursarRejection, createBursar } from '../src/node.ts';
import { backoffMs, parseRetryAfter } from '../src/transport/backoff.ts';
import { newIdempotencyKey } from '../src/transport/idempotency-key.ts';
import {
  HANG_UP,
  problem,
  SILENCE,
  startScriptedServer,
  type ScriptedServer,
  type Step,
} from './harness/scripted-server.ts';

const CHARGE = { wallet: 'user:ana', amount: '1', product: 'render' };
const ACCEPTED: Step = {
  status: 202,
  body: { id: 'op_1', object: 'operation', status: 'pending' },
};

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.seen.length = 0;
});

const client = (options: object = {}) =>
  createBursar({ url: `${server.url}/`, key: 'bsk_test', timeoutMs: 20_000, ...options });

async function failureOf(work: Promise<unknown>): Promise<BursarError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BursarError);
  return error as BursarError;
}

describe('a call that meets an outage', () => {
  it.each([
    ['a line that is cut', HANG_UP],
    ['silence', SILENCE],
    ['429', problem(429, 'rate_limited')],
    ['502 of a proxy', { status: 502, body: 'Bad Gateway' }],
    ['503', problem(503, 'unavailable')],
    ['504', { status: 504 }],
    [
      'half an answer',
      (response) => void response.writeHead(202, { 'Content-Length': 900 }).end('{"id"'),
    ],
  ] as [string, Step][])(
    'repeats after %s, with the same key and the same bytes',
    async (_, step) => {
      server.script(step, ACCEPTED);
      const timeoutMs = step === SILENCE ? 2_000 : 20_000;
      expect(await client({ timeoutMs }).charges.create(CHARGE)).toMatchObject({ id: 'op_1' });
      const [first, second] = server.seen;
      expect(server.seen).toHaveLength(2);
      expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
      expect(second?.text).toBe(first?.text);
    },
  );

  it('uses the key it is given', async () => {
    server.script(ACCEPTED);
    await client().charges.create(CHARGE, { idempotencyKey: 'order-4711' });
    expect(server.seen[0]?.headers['idempotency-key']).toBe('order-4711');
  });

  it('gives up after its repetitions, and says that the outcome is unknown', async () => {
    server.script(HANG_UP);
    const error = await failureOf(client({ retries: 2 }).charges.create(CHARGE));
    expect(server.seen).toHaveLength(3);
    expect(error).toBeInstanceOf(BursarConnectionError);
    expect(error).toMatchObject({
      code: 'connection_failed',
      creditsMoved: 'unknown',
      retryable: true,
      status: null,
      idempotencyKey: server.seen[0]?.headers['idempotency-key'],
    });
    expect(error.message).toMatch(/same Idempotency-Key/);
  });

  it('gives up at its deadline', async () => {
    server.script(problem(503, 'unavailable'));
    const started = performance.now();
    const failing = client({ retries: 1_000, deadlineMs: 700 }).charges.create(CHARGE);
    expect(await failureOf(failing)).toMatchObject({
      code: 'unavailable',
      creditsMoved: 'unknown',
    });
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('comes back when the server asks it to, and not before', async () => {
    const later = problem(429, 'rate_limited', {}, { 'Retry-After': '1' });
    server.script(later, ACCEPTED);
    await client().charges.create(CHARGE);
    expect((server.seen[1]?.at ?? 0) - (server.seen[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('does not wait for a time beyond its deadline', async () => {
    const later = problem(503, 'unavailable', {}, { 'Retry-After': '3600' });
    server.script(later);
    const error = await failureOf(client().charges.create(CHARGE));
    expect(error).toMatchObject({ code: 'unavailable', retryAfterMs: 3_600_000 });
    expect(server.seen).toHaveLength(1);
  });

  it('stops when it is aborted', async () => {
    server.script(SILENCE);
    const stop = new AbortController();
    const failing = client({ timeoutMs: 5_000 }).charges.create(CHARGE, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 50);
    expect(await failureOf(failing)).toMatchObject({
      code: 'aborted',
      creditsMoved: 'unknown',
      cause: new Error('enough'),
    });
  });

  it('knows that nothing happened when it was aborted before it was sent', async () => {
    const failing = client().charges.create(CHARGE, { signal: AbortSignal.abort() });
    expect(await failureOf(failing)).toMatchObject({ code: 'aborted', creditsMoved: false });
    expect(server.seen).toHaveLength(0);
  });

  it('makes no second API key after a lost answer, but after a refusal it asks again', async () => {
    server.script(HANG_UP);
    const key = { name: 'Render farm', scopes: ['charges:write' as const] };
    await failureOf(client().apiKeys.create(key));
    expect(server.seen).toHaveLength(1);
    server.script(problem(429, 'rate_limited'), { status: 201, body: { id: 'key_1' } });
    expect(await client().apiKeys.create(key)).toEqual({ id: 'key_1' });
  });
});

describe('a call that is refused', () => {
  it.each([400, 401, 403, 404, 409, 413, 415, 422])('with %i is not repeated', async (status) => {
    server.script(problem(status, 'some_code'));
    expect(await failureOf(client().charges.create(CHARGE))).toMatchObject({
      code: 'some_code',
      status,
      retryable: false,
      creditsMoved: false,
      detail: 'some_code.',
    });
    expect(server.seen).toHaveLength(1);
  });

  it('by the ledger says so, and which operation it was', async () => {
    const facts = { operation: 'op_2', required: '5', available: '1' };
    server.script(problem(409, 'insufficient_credits', facts));
    const error = await failureOf(client().charges.create(CHARGE, { wait: true }));
    expect(error).toBeInstanceOf(BursarRejection);
    expect(error).toMatchObject({ operation: 'op_2', creditsMoved: false, problem: facts });
  });

  it('after an attempt without an answer leaves open whether that one moved credits', async () => {
    server.script(HANG_UP, problem(401, 'unauthenticated'));
    const error = await failureOf(client().charges.create(CHARGE));
    expect(error).toMatchObject({ code: 'unauthenticated', creditsMoved: 'unknown' });
  });

  it('by a redirect says where to', async () => {
    server.script({ status: 301, headers: { Location: 'https://elsewhere.example' } });
    const error = await failureOf(client().wallets.get('user:ana'));
    expect(error).toMatchObject({ code: 'redirected', retryable: false });
    expect(error.message).toContain('https://elsewhere.example');
  });

  it('by something that is no Bursar server says what to check', async () => {
    server.script((response) => void response.end('<html>Welcome</html>'));
    const error = await failureOf(client({ retries: 0 }).charges.create(CHARGE));
    expect(error).toMatchObject({ code: 'answer_not_understood', creditsMoved: 'unknown' });
  });
});

describe('what is sent', () => {
  it('names the caller and the person acted for, and spells addresses safely', async () => {
    server.script({ status: 200, body: { wallet: 'user:a/b' } });
    await client({ actAs: 'user:ana' }).wallets.get('user:a/b');
    expect(server.seen[0]).toMatchObject({
      path: '/v1/wallets/user%3Aa%2Fb',
      headers: { authorization: 'Bearer bsk_test', 'bursar-act-as': 'user:ana' },
    });
  });

  it('walks over the pages of a list as it is read', async () => {
    server.script(
      { status: 200, body: { data: [{ id: 1 }, { id: 2 }], has_more: true, next_cursor: 'c' } },
      { status: 200, body: { data: [{ id: 3 }], has_more: false, next_cursor: null } },
    );
    const ids: unknown[] = [];
    for await (const row of client().wallets.transactions('user:ana', { kind: 'charge' })) {
      ids.push(row.id);
    }
    expect(ids).toEqual([1, 2, 3]);
    expect(server.seen.map(({ path }) => path.split('?')[1])).toEqual([
      'kind=charge&limit=100',
      'kind=charge&limit=100&cursor=c',
    ]);
  });

  it.each([
    [{ url: 'ftp://x' }, /"url"/],
    [{ url: 'localhost:8080' }, /"url"/],
    [{ key: '' }, /"key"/],
    [{ retries: -1 }, /"retries"/],
    [{ timeoutMs: 0.5 }, /"timeoutMs"/],
  ])('%j is refused when the client is made', (options, message) => {
    expect(() => client(options)).toThrow(message);
  });
});

describe('pauses', () => {
  it('lie anywhere below a bound that grows, and after the moment that was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.option(fc.integer({ min: 0, max: 60_000 })),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (attempt, retryAfter, random) => {
          const ms = backoffMs(attempt, retryAfter, () => random);
          const bound = Math.min(8_000, 200 * 2 ** (attempt - 1));
          expect(ms).toBeGreaterThanOrEqual(retryAfter ?? 0);
          expect(ms).toBeLessThanOrEqual((retryAfter ?? 0) + bound);
        },
      ),
    );
  });

  it.each([
    ['7', 7_000],
    ['0', 0],
    ['Sat, 21 Nov 2026 12:00:05 GMT', 5_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', null],
    [null, null],
  ])('are read from Retry-After: %s', (header, ms) => {
    expect(parseRetryAfter(header, Date.parse('2026-11-21T12:00:00Z'))).toBe(ms);
  });
});

describe('keys', () => {
  it('are UUIDs of version 7 that sort by time', () => {
    const keys = Array.from({ length: 50 }, (_, index) =>
      newIdempotencyKey(1_700_000_000_000 + index),
    );
    expect(keys.toSorted()).toEqual(keys);
    for (const key of keys) {
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(Array.from({ length: 1_000 }, () => newIdempotencyKey(1))).size).toBe(1_000);
  });
});
