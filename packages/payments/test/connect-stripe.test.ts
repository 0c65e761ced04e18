import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStripe } from '../src/index.ts';
import { startShop, type Shop } from './harness/start-shop.ts';

const connect = (secretKey: string, apiUrl?: string) => () => connectStripe({ secretKey, apiUrl });

describe('where a key is sent', () => {
  it.each(['sk_live_secret', 'rk_live_secret'])('%s never leaves Stripe', (key) => {
    expect(connect(key, 'http://127.0.0.1:12111')).toThrow(/live Stripe key/);
    expect(connect(key, 'https://api.stripe.com')).toThrow(/live Stripe key/);
    expect(connect(key)).not.toThrow();
  });

  it.each(['', 'pk_test_1', 'sk_1', 'sk_test_', 'whsec_1'])('%o is not a secret key', (key) => {
    expect(connect(key)).toThrow(/sk_test_/);
  });

  it.each(['localhost:12111', 'ftp://127.0.0.1', 'http://127.0.0.1/v1', 'nonsense', ''])(
    '%o is not an address of Stripe',
    (apiUrl) => {
      expect(connect('sk_test_1', apiUrl)).toThrow(/STRIPE_API_URL/);
    },
  );

  it('no message repeats a key', () => {
    for (const attempt of [connect('sk_live_secret', 'http://a'), connect('pk_secret')]) {
      expect(attempt).toThrow(/^((?!secret_|_secret).)*$/s);
    }
  });
});

const named = (wallet: string) => ({
  wallet,
  known: null,
  email: 'ana@example.org',
  name: 'Ana',
});

describe("a wallet's customer", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop();
  });
  afterAll(() => shop.stop());

  it('is made with what is known of its owner', async () => {
    const id = await shop.gateway.ensureCustomer(named('user:ana'));
    expect(await shop.stripe.customers.retrieve(id)).toMatchObject({
      email: 'ana@example.org',
      name: 'Ana',
      metadata: { wallet: 'user:ana' },
    });
  });

  it('is one, though a crash forgot it or two ask at once', async () => {
    const { gateway } = shop;
    const of = named('user:bo');
    const ids = await Promise.all([gateway.ensureCustomer(of), gateway.ensureCustomer(of)]);
    expect(new Set([...ids, await gateway.ensureCustomer(of)]).size).toBe(1);
  });

  it('is kept while it exists', async () => {
    const known = await shop.gateway.ensureCustomer(named('user:cy'));
    expect(await shop.gateway.ensureCustomer({ wallet: 'user:cy', known })).toBe(known);
  });

  it('is made anew when it was deleted, or belongs to another account', async () => {
    const known = await shop.gateway.ensureCustomer(named('user:di'));
    await shop.stripe.customers.del(known);
    const next = await shop.gateway.ensureCustomer({ ...named('user:di'), known });
    expect(next).not.toBe(known);
    const moved = { ...named('user:di'), known: 'cus_of_another_account' };
    expect([known, next]).not.toContain(await shop.gateway.ensureCustomer(moved));
  });

  it('may have another address on the second attempt', async () => {
    await shop.gateway.ensureCustomer(named('user:ed'));
    const id = await shop.gateway.ensureCustomer({ ...named('user:ed'), email: 'ed@example.org' });
    expect(await shop.stripe.customers.retrieve(id)).toMatchObject({ email: 'ed@example.org' });
  });

  it('may have a name longer than Stripe keeps', async () => {
    const id = await shop.gateway.ensureCustomer({ ...named('user:fi'), name: 'x'.repeat(600) });
    expect(await shop.stripe.customers.retrieve(id)).toMatchObject({ name: 'x'.repeat(256) });
  });
});
