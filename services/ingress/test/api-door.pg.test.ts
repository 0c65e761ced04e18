import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
});
afterAll(() => ingress.stop());

const charge = { wallet: 'user:ana', amount: '1', product: 'render' };

const requestIdFor = async (sent: string) =>
  (await ingress.call('GET', '/livez', { headers: { 'X-Request-Id': sent } })).headers.get(
    'X-Request-Id',
  );

describe('who is calling', () => {
  it('refuses calls without a key, with a challenge', async () => {
    const { status, headers, body } = await ingress.call('GET', '/v1/catalog', { key: null });
    expect(status).toBe(401);
    expect(headers.get('WWW-Authenticate')).toBe('Bearer');
    expect(headers.get('Content-Type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      type: 'http://bursar.test/problems/unauthenticated',
      instance: headers.get('X-Request-Id'),
    });
  });

  it('refuses an unknown key', async () => {
    const { status } = await ingress.call('GET', '/v1/catalog', { key: 'bsk_unknown' });
    expect(status).toBe(401);
  });

  it('makes a product key that works at once, shows it once, rotates it with an overlap, ends it', async () => {
    const made = await ingress.call('POST', '/v1/api-keys', {
      body: { name: 'Farm', scopes: ['wallets:read'] },
    });
    expect(made.status).toBe(201);
    const first = made.body.key;
    expect(first).toMatch(/^bsk_/);
    const catalog = (key: string) => ingress.call('GET', '/v1/catalog', { key });
    expect((await catalog(first)).status).toBe(200);
    const rotated = await ingress.call('POST', `/v1/api-keys/${made.body.id}/rotate`);
    expect(rotated.body.id).toBe(made.body.id);
    expect((await catalog(first)).status).toBe(200);
    expect((await catalog(rotated.body.key)).status).toBe(200);
    expect((await ingress.call('DELETE', `/v1/api-keys/${made.body.id}`)).status).toBe(204);
    expect((await catalog(first)).status).toBe(401);
    expect((await catalog(rotated.body.key)).status).toBe(401);
    const stored = await ingress.database.db`select * from bursar.api_keys`;
    expect(JSON.stringify(stored, (_, v) => (typeof v === 'bigint' ? `${v}` : v))).not.toContain(
      rotated.body.key,
    );
  });

  it('keeps a product key to its scopes', async () => {
    const made = await ingress.call('POST', '/v1/api-keys', {
      body: { name: 'Reader', scopes: ['wallets:read'] },
    });
    const { key } = made.body;
    const refused = await ingress.call('POST', '/v1/charges', {
      key,
      body: charge,
      idempotencyKey: 'k',
    });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const acting = await ingress.call('GET', '/v1/catalog', { key, actAs: 'user:ana' });
    expect(acting.status).toBe(403);
  });

  it('lets an operator act only as a person who exists', async () => {
    const unknown = await ingress.call('GET', '/v1/notifications', { actAs: 'user:nobody' });
    expect(unknown.status).toBe(403);
    const malformed = await ingress.call('GET', '/v1/notifications', { actAs: 'org:acme' });
    expect(malformed.status).toBe(400);
  });
});

describe('what is asked', () => {
  it('names every fault of a body at once', async () => {
    const { status, body } = await ingress.call('POST', '/v1/charges', {
      idempotencyKey: 'k1',
      body: { wallet: 'ana', amount: '1', colour: 'red', metadata: { 'a/b': 7 } },
    });
    expect(status).toBe(400);
    expect(body.code).toBe('invalid_request');
    expect(body.errors.map((error: { pointer: string }) => error.pointer).toSorted()).toEqual([
      '/colour',
      '/metadata/a~1b',
      '/product',
      '/wallet',
    ]);
  });

  it.each(['0', '-1', '0.0000001', '1000000000000', '1e3', '+1', 1.5])(
    'answers the amount %s with 422',
    async (amount) => {
      const { status, body } = await ingress.call('POST', '/v1/charges', {
        idempotencyKey: 'k2',
        body: { ...charge, amount },
      });
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: 'invalid_amount', errors: [{ pointer: '/amount' }] });
    },
  );

  it('calls a missing amount an invalid request', async () => {
    const { body } = await ingress.call('POST', '/v1/charges', {
      idempotencyKey: 'k3',
      body: { wallet: 'user:ana', product: 'render' },
    });
    expect(body).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/amount', message: 'is required' }],
    });
  });

  it('tells where JSON is broken without repeating it', async () => {
    const { status, body, text } = await ingress.call('POST', '/v1/charges', {
      idempotencyKey: 'k4',
      body: '{"wallet": "user:secret", }',
    });
    expect(status).toBe(400);
    expect(body.detail).toMatch(/position \d+/);
    expect(text).not.toContain('secret');
  });

  it('takes JSON only, up to its limit', async () => {
    const form = await ingress.call('POST', '/v1/charges', {
      body: 'wallet=user:ana',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(form).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
    const large = await ingress.call('POST', '/v1/charges', {
      body: { ...charge, description: 'x'.repeat(300_000) },
    });
    expect(large).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });

  it('refuses parameters it does not know', async () => {
    await ingress.call('PUT', '/v1/users/ana', { body: {} });
    const { status, body } = await ingress.call('GET', '/v1/wallets/user:ana/transactions?size=3');
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ parameter: 'size', message: 'is not a known field' }]);
  });

  it('answers other methods with what is allowed, and unknown addresses with 404', async () => {
    const wrong = await ingress.call('DELETE', '/v1/charges');
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('Allow')).toBe('POST');
    expect(await ingress.call('GET', '/v1/nothing')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });

  it('says nothing about its insides and hardens what it says', async () => {
    const { headers } = await ingress.call('GET', '/v1/catalog');
    expect(headers.get('X-Powered-By')).toBeNull();
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('no-store');
    const page = await ingress.call('GET', '/problems/not_found', {
      headers: { Accept: 'text/html' },
    });
    expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
    expect(page.headers.get('X-Frame-Options')).toBe('SAMEORIGIN');
    expect(page.headers.get('Referrer-Policy')).toBe('no-referrer');
  });

  it('takes over a harmless request id and replaces any other', async () => {
    expect(await requestIdFor('abc-1')).toBe('abc-1');
    expect(await requestIdFor('a b')).not.toBe('a b');
  });
});
