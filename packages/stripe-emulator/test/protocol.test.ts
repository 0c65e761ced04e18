/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startStripeEmulator } from '../src/index.ts';
import { decodeForm } from '../src/protocol/decode-form.ts';
import { startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());
afterEach(() => vi.unstubAllEnvs());

interface Answer {
  status: number;
  headers: Headers;
  body: { error?: Record<string, unknown> };
}

async function send(method: string, path: string, form = '', key = 'sk_test_1'): Promise<Answer> {
  const response = await fetch(shop.emulator.url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    ...(method === 'POST' ? { body: form } : {}),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

describe('every answer', () => {
  it('names the request and the version', async () => {
    const { headers } = await send('GET', '/v1/customers');
    expect(headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(headers.get('stripe-version')).toBe('2026-10-28.endive');
  });

  it.each([
    ['GET', '/v1/issuing/cards'],
    ['POST', '/v1/terminal/readers'],
    ['GET', '/v1/quotes/qt_1'],
    ['POST', '/v1/payment_links'],
    ['DELETE', '/v1/charges/ch_1'],
    ['GET', '/v2/core/events'],
    ['GET', '/v1/customers/%E0%A4%A'],
  ])(
    'payment case 76: to %s %s, which is not implemented, is a 404 of Stripe',
    async (method, path) => {
      const { status, body } = await send(method, path);
      expect(status).toBe(404);
      expect(body.error).toMatchObject({ type: 'invalid_request_error' });
      expect(body.error?.['message']).toContain(`Unrecognized request URL (${method}: ${path})`);
    },
  );

  it('about a missing object is a resource_missing', async () => {
    const { status, body } = await send('GET', '/v1/charges/ch_none');
    expect(status).toBe(404);
    expect(body.error).toMatchObject({
      code: 'resource_missing',
      message: "No such charge: 'ch_none'",
      param: 'id',
    });
  });
});

describe('a key', () => {
  it.each([
    ['sk_live_abc', 'live key'],
    ['rk_live_abc', 'live key'],
    ['pk_test_abc', 'Invalid API Key'],
    ['', 'did not provide an API key'],
  ])('like %s is refused', async (key, message) => {
    const { status, body } = await send('GET', '/v1/customers', '', key);
    expect(status).toBe(401);
    expect(body.error?.['message']).toContain(message);
  });

  it('of a restricted test account is accepted', async () => {
    expect((await send('GET', '/v1/customers', '', 'rk_test_1')).status).toBe(200);
  });
});

describe('parameters', () => {
  it.each([
    ['/v1/customers', 'nmae=Ada', { code: 'parameter_unknown', param: 'nmae' }],
    ['/v1/customers', '__proto__[x]=1', { code: 'parameter_unknown', param: '__proto__' }],
    ['/v1/customers', 'name=', undefined],
    ['/v1/payment_intents', 'currency=usd', { code: 'parameter_missing', param: 'amount' }],
    [
      '/v1/payment_intents',
      'amount=10.5&currency=usd',
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    ['/v1/payment_intents', 'amount=500&currency=', { param: 'currency' }],
    ['/v1/payment_intents', 'amount=500&currency=usd&confirm=yes', { param: 'confirm' }],
    [
      '/v1/payment_intents',
      'amount=500&currency=usd&payment_method_types[]=card',
      { code: 'payment_method_types_no_longer_supported' },
    ],
    [
      '/v1/promotion_codes',
      'promotion[type]=coupon',
      { code: 'parameter_missing', param: 'promotion[coupon]' },
    ],
    [
      '/v1/checkout/sessions',
      'mode=payment&line_items[0][price_data][x]=1',
      { param: 'line_items[0][price_data][x]' },
    ],
    ['/v1/products', 'name=', { code: 'parameter_invalid_empty', param: 'name' }],
    ['/v1/customers', `metadata[${'k'.repeat(41)}]=v`, { param: `metadata[${'k'.repeat(41)}]` }],
    ['/v1/customers', `metadata[k]=${'v'.repeat(501)}`, { param: 'metadata[k]' }],
    [
      '/v1/customers',
      Array.from({ length: 51 }, (_, i) => `metadata[k${i}]=v`).join('&'),
      { param: 'metadata' },
    ],
    ['/v1/coupons', 'percent_off=101', { param: 'percent_off' }],
    ['/v1/coupons', 'percent_off=10&amount_off=5&currency=usd', { param: 'percent_off' }],
  ])('POST %s with %s', async (path, form, expected) => {
    const { status, body } = await send('POST', path, form);
    expect(status).toBe(expected ? 400 : 200);
    if (expected) expect(body.error).toMatchObject({ type: 'invalid_request_error', ...expected });
  });

  it('change metadata key by key: empty removes one, all, or nothing', async () => {
    const { id } = await shop.stripe.customers.create({ metadata: { a: '1', b: '2' } });
    const one = await shop.stripe.customers.update(id, { metadata: { a: '', c: '3' } });
    expect(one.metadata).toEqual({ b: '2', c: '3' });
    expect((await shop.stripe.customers.update(id, { name: 'x' })).metadata).toEqual({
      b: '2',
      c: '3',
    });
    expect((await shop.stripe.customers.update(id, { metadata: '' })).metadata).toEqual({});
  });
});

describe('brackets', () => {
  it.each([
    ['a=1&b[c]=2&b[d][e]=3', { a: '1', b: { c: '2', d: { e: '3' } } }],
    ['a[0][b]=1&a[1][b]=2', { a: [{ b: '1' }, { b: '2' }] }],
    ['a[1]=y&a[0]=x', { a: ['x', 'y'] }],
    ['a[]=x&a[]=y', { a: ['x', 'y'] }],
    ['a=%26%3D%2B+b', { a: '&=+ b' }],
    ['a=', { a: '' }],
    ['a[99999999]=x', { a: { '99999999': 'x' } }],
  ])('in %s', (encoded, expected) => {
    expect(decodeForm(encoded)).toEqual(expected);
  });

  it.each(['a[b=1', '[a]=1', `a${'[x]'.repeat(20)}=1`])('as in %s are refused', (encoded) => {
    expect(() => decodeForm(encoded)).toThrow(/Invalid parameter name|Too deeply/);
  });
});

describe('a deleted customer', () => {
  it('is a tombstone, and no reference', async () => {
    const { id } = await shop.stripe.customers.create({});
    await shop.stripe.customers.del(id);
    expect(await shop.stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true });
    const { body } = await send(
      'POST',
      '/v1/payment_intents',
      `amount=500&currency=usd&customer=${id}`,
    );
    expect(body.error).toMatchObject({ code: 'resource_missing', param: 'customer' });
  });
});

describe('the emulator', () => {
  it('refuses to run in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await expect(startStripeEmulator()).rejects.toThrow('NODE_ENV=production');
  });

  it('refuses another API version than the one it renders', async () => {
    const response = await fetch(`${shop.emulator.url}/v1/customers`, {
      headers: { authorization: 'Bearer sk_test_1', 'stripe-version': '2020-08-27' },
    });
    expect(response.status).toBe(400);
  });

  it('answers 413 to a body above one megabyte', async () => {
    expect((await send('POST', '/v1/customers', `name=${'x'.repeat(1024 * 1024)}`)).status).toBe(
      413,
    );
  });

  it('answers the control API only to this machine, and only as JSON', async () => {
    const foreign = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: 'evil.example', 'content-type': 'application/json' };
      request(`${shop.emulator.url}/_emu/reset`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(foreign).toBe(403);
    const form = await fetch(`${shop.emulator.url}/_emu/deliveries`, {
      method: 'POST',
      body: new URLSearchParams({ mode: 'drop' }),
    });
    expect(form.status).toBe(400);
  });
});
