import { mirrorPaymentMethod, rememberCustomer } from '@bursar/ledger/operations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngress, type Answered, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;

beforeAll(async () => {
  ingress = await startIngress();
  for (const user of ['ana', 'ben', 'zoe']) {
    await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
  }
  await ingress.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  for (const [user, role] of [
    ['ana', 'owner'],
    ['ben', 'member'],
  ]) {
    await ingress.call('PUT', `/v1/organizations/acme/members/${user}`, { body: { role } });
  }
  for (const [wallet, card] of [
    ['user:ana', 'pm_ana'],
    ['org:acme', 'pm_acme'],
  ] as const) {
    const worker = ingress.database.connect('bursar_worker');
    const customer = await rememberCustomer(worker, wallet, `cus_${card}`, null);
    await mirrorPaymentMethod(worker, {
      id: card,
      customer,
      brand: 'visa',
      last4: '4242',
      expMonth: 3,
      expYear: 2031,
      fingerprint: card,
    });
  }
});
afterAll(() => ingress.stop());

const TERMS = {
  enabled: true,
  threshold: '100',
  amount: '1000',
  monthly_cap: { amount: 5000, currency: 'usd' },
  consent: true,
};
const put = (wallet: string, body: object, actAs?: string): Promise<Answered> =>
  ingress.call('PUT', `/v1/wallets/${wallet}/auto-top-up`, {
    body,
    ...(actAs !== undefined && { actAs }),
  });
const get = (path: string, actAs?: string): Promise<Answered> =>
  ingress.call('GET', path, actAs === undefined ? {} : { actAs });

describe('auto top-up', () => {
  it('is off until somebody agrees to its terms, which are kept with their consent', async () => {
    const before = await get('/v1/wallets/user:ana/auto-top-up', 'user:ana');
    expect(before).toMatchObject({ status: 200, body: { enabled: false, state: 'off' } });
    const after = await put('user:ana', TERMS, 'user:ana');
    expect(after).toMatchObject({
      status: 200,
      body: {
        enabled: true,
        // A wallet without credits is below its threshold already.
        state: 'in_progress',
        threshold: '100',
        amount: '1000',
        target: null,
        payment_method: {
          id: 'pm_ana',
          brand: 'visa',
          last4: '4242',
          expires: { month: 3, year: 2031 },
          default: true,
        },
        consent: { by: 'user:ana' },
        month: { charged: { amount: 0 }, remaining: { amount: 5000, currency: 'usd' } },
        attempts: [{ status: 'requested', purchase: null }],
      },
    });
    expect(await put('user:ana', { enabled: false }, 'user:ana')).toMatchObject({
      body: { enabled: false, threshold: '100' },
    });
  });

  it.each<[string, object, string, string[]]>([
    ['a target below the threshold', { amount: undefined, target: '99' }, '/target', ['99', '100']],
    ['a gap too small to buy', { amount: undefined, target: '101' }, '/target', ['101', '500']],
    ['an amount too small to buy', { amount: '10' }, '/amount', ['10', '500']],
    [
      'a cap below one top-up',
      { monthly_cap: { amount: 900, currency: 'usd' } },
      '/monthly_cap/amount',
      ['10.00 USD', '9.00 USD'],
    ],
    [
      'a cap in another currency',
      { monthly_cap: { amount: 5000, currency: 'eur' } },
      '/monthly_cap/currency',
      ['eur', 'usd'],
    ],
  ])('refuses %s, and names both numbers', async (_, change, pointer, numbers) => {
    const { status, body } = await put('user:ana', { ...TERMS, ...change }, 'user:ana');
    expect({ status, code: body.code, pointer: body.errors[0].pointer }).toEqual({
      status: 422,
      code: 'auto_top_up_unfit',
      pointer,
    });
    for (const number of numbers) expect(body.detail).toContain(number);
  });

  it.each([
    ['without consent', { consent: undefined }],
    ['with consent refused', { consent: false }],
    ['with both an amount and a target', { target: '2000' }],
    ['with neither', { amount: undefined }],
  ])('does not begin %s', async (_, change) => {
    expect(await put('user:ana', { ...TERMS, ...change }, 'user:ana')).toMatchObject({
      status: 400,
    });
  });

  it('needs a card of the wallet', async () => {
    expect(await put('user:zoe', TERMS, 'user:zoe')).toMatchObject({
      status: 409,
      body: { code: 'payment_method_missing' },
    });
    expect(
      await put('user:ana', { ...TERMS, payment_method: 'pm_acme' }, 'user:ana'),
    ).toMatchObject({ status: 409, body: { code: 'payment_method_missing' } });
  });

  it('is for who may buy: of a pool its owners and administrators', async () => {
    expect(await put('org:acme', TERMS, 'user:ana')).toMatchObject({ status: 200 });
    expect(await put('org:acme', TERMS, 'user:ben')).toMatchObject({ status: 403 });
    expect(await put('org:acme', TERMS, 'user:zoe')).toMatchObject({ status: 404 });
    expect(await get('/v1/wallets/user:ana/auto-top-up', 'user:ben')).toMatchObject({
      status: 404,
    });
  });
});

describe('saved cards', () => {
  it('show no more than a card statement does', async () => {
    const { body } = await get('/v1/wallets/user:ana/payment-methods', 'user:ana');
    expect(body).toEqual({
      data: [
        {
          id: 'pm_ana',
          brand: 'visa',
          last4: '4242',
          expires: { month: 3, year: 2031 },
          default: true,
        },
      ],
    });
  });

  it('of somebody else cannot be seen, removed or chosen', async () => {
    expect(await get('/v1/wallets/user:ana/payment-methods', 'user:ben')).toMatchObject({
      status: 404,
    });
    const wrong = '/v1/wallets/user:zoe/payment-methods/pm_ana';
    expect(await ingress.call('DELETE', wrong, { actAs: 'user:zoe' })).toMatchObject({
      status: 404,
    });
    expect(
      await ingress.call('POST', `${wrong}/default`, {
        actAs: 'user:zoe',
        body: {},
        idempotencyKey: 'choose',
      }),
    ).toMatchObject({ status: 404 });
  });

  it('are not saved without consent', async () => {
    const path = '/v1/wallets/user:ana/payment-methods/setup';
    expect(
      await ingress.call('POST', path, { actAs: 'user:ana', body: {}, idempotencyKey: 'setup' }),
    ).toMatchObject({ status: 400 });
    expect(
      await ingress.call('POST', path, {
        actAs: 'user:ana',
        body: { consent: true },
        idempotencyKey: 'setup',
      }),
    ).toMatchObject({ status: 202, body: { type: 'card_setup', status: 'pending' } });
  });
});
