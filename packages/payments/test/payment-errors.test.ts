import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import {
  connectStripe,
  isKeyRefused,
  isTransientPaymentError,
  retryAfterMs,
} from '../src/index.ts';
import { TEST_KEY } from './harness/start-shop.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** A host that answers every request alike, or never. */
async function failureFrom(answer: Answer | 'silence'): Promise<unknown> {
  server = createServer((_request, response) => {
    if (answer === 'silence') return;
    response.writeHead(answer.status, { 'stripe-should-retry': 'false', ...answer.headers });
    response.end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return failureAt(`http://127.0.0.1:${port}`);
}

async function failureAt(apiUrl: string): Promise<unknown> {
  const gateway = connectStripe({ secretKey: TEST_KEY, apiUrl, timeoutMs: 200 });
  return gateway.readCheckout('cs_1').then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  );
}

const stripeError = (type: string) => JSON.stringify({ error: { type, message: 'So it is.' } });

describe('a failure that passes by itself', () => {
  it.each([409, 429, 500, 502, 503])('is an answer with status %d', async (status) => {
    const failure = await failureFrom({ status, body: stripeError('api_error') });
    expect(isTransientPaymentError(failure)).toBe(true);
  });

  it('is the error page of a proxy', async () => {
    const failure = await failureFrom({ status: 502, body: '<html>Bad gateway</html>' });
    expect(isTransientPaymentError(failure)).toBe(true);
  });

  it('is a host that does not answer in time', async () => {
    expect(isTransientPaymentError(await failureFrom('silence'))).toBe(true);
  });

  it('is a host where nobody listens', async () => {
    expect(isTransientPaymentError(await failureAt('http://127.0.0.1:1'))).toBe(true);
  });
});

describe('a failure that stays', () => {
  it.each([
    [400, 'invalid_request_error'],
    [400, 'idempotency_error'],
    [401, 'invalid_request_error'],
    [402, 'card_error'],
    [403, 'invalid_request_error'],
  ])('is an answer with status %d and %s', async (status, type) => {
    const failure = await failureFrom({ status, body: stripeError(type) });
    expect(failure).toBeInstanceOf(Error);
    expect(isTransientPaymentError(failure)).toBe(false);
    expect(isKeyRefused(failure)).toBe(status === 401 || status === 403);
  });

  it('is everything that does not come from Stripe', () => {
    expect(isTransientPaymentError(new TypeError('a defect'))).toBe(false);
    expect(isTransientPaymentError('a text')).toBe(false);
  });
});

describe('how long to wait', () => {
  it.each<[string | undefined, number | null]>([
    ['7', 7_000],
    ['0', 0],
    // Whatever it says, one header does not stop a queue for an hour.
    ['3600', 60_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
    ['-1', null],
    [undefined, null],
  ])('Retry-After %o means %o milliseconds', async (header, milliseconds) => {
    const failure = await failureFrom({
      status: 429,
      body: stripeError('rate_limit_error'),
      headers: header === undefined ? {} : { 'retry-after': header },
    });
    expect(retryAfterMs(failure)).toBe(milliseconds);
  });

  it('is not said by a defect', () => {
    expect(retryAfterMs(new Error('a defect'))).toBeNull();
  });
});
