import { createSecretKey } from 'node:crypto';
import { formatAmount, MICRO_PER_CREDIT } from '@bursar/contracts';
import { assert, bigInt, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCatalog } from '../src/purchases/catalog-route.ts';
import { orderTerms } from '../src/purchases/order-terms.ts';
import { priceList } from '../src/purchases/price-list.ts';
import { openQuote, sealQuote } from '../src/purchases/quote-token.ts';
import { creditsFor, quote } from '../src/purchases/quote.ts';

const usd = priceList({
  currency: 'usd',
  microPerMajor: 100n * MICRO_PER_CREDIT,
  expiryMonths: 12,
});
const price = (amount: number, currency = 'usd') => ({ price: { amount, currency } });

const odd = (microPerMajor: bigint) => ({ ...usd, microPerMajor });

describe('quote', () => {
  it.each([
    ['50 dollars', price(5000), '5000', 5000n],
    ['the minimum', price(500), '500', 500n],
    ['the maximum', price(1_000_000), '1000000', 1_000_000n],
    ['credits', { credits: 500n * MICRO_PER_CREDIT }, '500', 500n],
    ['a fraction of a cent goes up', { credits: 500_000_001n }, '500.000001', 501n],
    ['a pack', { pack: 'pro' as const }, '2500', 2500n],
  ])('payment case 35: works out %s', (_name, wish, credits, subtotal) => {
    const offer = quote(usd, wish);
    expect(offer).toEqual({ kind: 'quote', credits: expect.anything(), subtotal });
    expect(offer.kind === 'quote' && formatAmount(offer.credits)).toBe(credits);
  });

  it.each([
    ['below the minimum', price(499), 'purchase_too_small'],
    ['above the maximum', price(1_000_001), 'purchase_too_large'],
    ['far above', price(Number.MAX_SAFE_INTEGER), 'purchase_too_large'],
    ['a speck', { credits: 1n }, 'purchase_too_small'],
    ['another currency', price(5000, 'eur'), 'invalid_request'],
  ])('payment case 35: refuses %s', (_name, wish, code) => {
    expect(quote(usd, wish)).toMatchObject({ kind: 'problem', code });
  });

  it('rounds the credits of a price half up, once', () => {
    expect(creditsFor(odd(150n), 1n)).toBe(2n);
    expect(creditsFor(odd(149n), 1n)).toBe(1n);
    expect(creditsFor(odd(49n), 1n)).toBe(0n);
  });

  it.each([
    ['jpy', 700, 700_00n],
    ['kwd', 5000, 500n],
    ['usd', 5000, 5000n],
  ])('payment case 35: knows the minor unit of %s', (currency, amount, credits) => {
    const prices = priceList({
      currency,
      microPerMajor: 100n * MICRO_PER_CREDIT,
      expiryMonths: 12,
    });
    expect(quote(prices, price(amount, currency))).toMatchObject({
      credits: credits * MICRO_PER_CREDIT,
    });
  });

  it('payment case 35: charges no thousandth of a currency that has them', () => {
    const settings = { currency: 'kwd', microPerMajor: 100n * MICRO_PER_CREDIT, expiryMonths: 12 };
    const prices = priceList(settings);
    expect(quote(prices, price(5005, 'kwd'))).toMatchObject({
      code: 'purchase_off_step',
      detail: expect.stringContaining('Choose 5000 or 5010'),
    });
    // 500.5 credits are worth 5.005 dinars.
    expect(quote(prices, { credits: 500_500_000n })).toMatchObject({ subtotal: 5010n });
    expect(priceList({ ...settings, step: 25n }).step).toBe(50n);
  });

  it('never sells credits for less than they cost at the rate', () => {
    assert(
      property(bigInt(1n, 10n ** 12n), bigInt(1n, 10n ** 11n), (microPerMajor, credits) => {
        const prices = { ...usd, microPerMajor, minimum: 0n, maximum: 10n ** 30n };
        const offer = quote(prices, { credits });
        const worth = offer.kind === 'quote' ? offer.subtotal * microPerMajor : -1n;
        expect(worth >= credits * 100n).toBe(true);
        expect(worth - credits * 100n < microPerMajor).toBe(true);
      }),
    );
  });
});

describe('a price list with a step', () => {
  const stepped = priceList({
    currency: 'usd',
    microPerMajor: 100n * MICRO_PER_CREDIT,
    expiryMonths: 12,
    step: 100n,
    presets: { organization: [1000n] },
    packs: { organization: ['business'] },
  });

  it('payment case 35: refuses a price between two steps and names both', () => {
    expect(quote(stepped, price(1050))).toMatchObject({
      code: 'purchase_off_step',
      detail: expect.stringContaining('Choose 1000 or 1100'),
    });
    expect(quote(stepped, price(1100))).toMatchObject({ subtotal: 1100n });
  });

  it('offers organizations and people what each is meant to buy', () => {
    expect(renderCatalog(stepped, 'organization')).toMatchObject({
      packs: [{ id: 'business' }],
      presets: [{ price: { amount: 100_000 } }],
      custom: { step: { amount: 100, currency: 'usd' } },
    });
    expect(renderCatalog(stepped).packs).toHaveLength(4);
    expect(quote(stepped, { pack: 'starter' }, 'organization')).toMatchObject({
      kind: 'problem',
      code: 'invalid_request',
    });
    expect(quote(stepped, { pack: 'starter' }, 'user')).toMatchObject({ subtotal: 500n });
  });
});

describe('a quoted price', () => {
  const key = createSecretKey(Buffer.alloc(32, 1));
  const pinned = {
    wallet: 'user:ana',
    credits: 500_000_000n,
    subtotal: 500n,
    currency: 'usd',
    pack: null,
    expiryMonths: 12,
    expiresAt: Date.now() + 60_000,
  };
  const dearer = { ...usd, microPerMajor: 80n * MICRO_PER_CREDIT };
  const order = (quoted: string, wallet = 'user:ana') =>
    orderTerms(dearer, key, { wallet, quote: quoted });

  it('is kept when prices change, for the wallet and the time it was promised for', () => {
    const token = sealQuote(key, pinned);
    expect(order(token)).toMatchObject({ credits: '500000000', subtotal: 500, currency: 'usd' });
    expect(order(token, 'user:ben')).toMatchObject({ code: 'quote_not_valid' });
    const late = sealQuote(key, { ...pinned, expiresAt: Date.now() - 1 });
    expect(order(late)).toMatchObject({ code: 'quote_not_valid' });
  });

  it('payment case 25: cannot be made up or changed by whoever holds it', () => {
    const token = sealQuote(key, pinned);
    const cheaper = sealQuote(createSecretKey(Buffer.alloc(32, 2)), { ...pinned, subtotal: 1n });
    const [text = '', mac = ''] = token.split('.');
    const mixed = `${cheaper.split('.')[0]}.${mac}`;
    for (const forged of [cheaper, mixed, `${text}x.${mac}`, 'qt_x.y', '']) {
      expect(openQuote(key, forged)).toBeNull();
    }
    expect(openQuote(key, token)).toEqual(pinned);
  });
});

describe('the catalog', () => {
  it('shows the rate, the packs, the presets and the limits', () => {
    expect(renderCatalog(usd)).toMatchObject({
      currency: 'usd',
      rate: { credits: '100', per: { amount: 100, currency: 'usd' } },
      packs: [
        { id: 'starter', credits: '500', price: { amount: 500 } },
        { id: 'standard', credits: '1000' },
        { id: 'pro', credits: '2500' },
        { id: 'business', credits: '5000', price: { amount: 5000 } },
      ],
      presets: [
        { price: { amount: 5000 } },
        { price: { amount: 10_000 } },
        { price: { amount: 50_000 } },
      ],
      custom: { minimum: { price: { amount: 500 } }, maximum: { price: { amount: 1_000_000 } } },
      expiry_months: 12,
    });
  });
});
