import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FoundPromotion } from '../src/index.ts';
import { codeFor } from '../src/find-promotion.ts';
import { newOrder, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const find = (code: string, subtotal = 5_000, customer?: string, currency = 'usd') =>
  shop.gateway.findPromotion(code, {
    currency,
    subtotal,
    ...(customer === undefined ? {} : { customer }),
  });

const newCustomer = async () => (await newOrder(shop)).customer;
const inHours = (hours: number) => Math.floor(Date.now() / 1_000) + hours * 3_600;
const refusalOf = (found: FoundPromotion) => (found.ok ? 'it holds' : found.detail);

describe('a code that holds', () => {
  it('says what it takes off and how often it may still be used', async () => {
    const { id, code } = await shop.code({ percent_off: 12.5 }, { max_redemptions: 3 });
    expect(await find(code, 999)).toEqual({
      ok: true,
      promotion: { id, code, firstPurchaseOnly: false },
      discount: 125,
      remaining: 3,
    });
  });

  it('may be typed in any case, between blanks', async () => {
    const { id } = await shop.code({ percent_off: 10 }, { code: 'Welcome' });
    expect(await find(' wELCOME ')).toMatchObject({ ok: true, promotion: { id } });
  });

  it('is the customer’s own, where the same word was given to several', () => {
    const [mine, yours, everybodys] = [
      { id: 'promo_1', customer: 'cus_1' },
      { id: 'promo_2', customer: { id: 'cus_2' } },
      { id: 'promo_3', customer: null },
    ] as const;
    type Code = typeof mine | typeof yours | typeof everybodys;
    const pick = (codes: Code[], customer?: string) => codeFor(codes, customer)?.id;
    expect(pick([everybodys, yours, mine], 'cus_1')).toBe('promo_1');
    expect(pick([everybodys, mine, yours], 'cus_2')).toBe('promo_2');
    expect(pick([mine, yours, everybodys], 'cus_3')).toBe('promo_3');
    expect(pick([mine, yours, everybodys])).toBe('promo_3');
    expect(pick([mine])).toBe('promo_1');
    expect(pick([])).toBeUndefined();
  });

  it('has the nearest of both limits, its own and its coupon’s', async () => {
    const { code } = await shop.code(
      { percent_off: 10, max_redemptions: 2 },
      { max_redemptions: 9 },
    );
    expect(await find(code)).toMatchObject({ remaining: 2 });
    expect(await find((await shop.code({ percent_off: 10 })).code)).toMatchObject({
      remaining: null,
    });
  });

  it('may make an order free, by a percentage or an amount', async () => {
    const percent = await shop.code({ percent_off: 100 });
    const amount = await shop.code({ amount_off: 9_000, currency: 'usd' });
    expect(await find(percent.code)).toMatchObject({ ok: true, discount: 5_000 });
    expect(await find(amount.code)).toMatchObject({ ok: true, discount: 5_000 });
  });

  it('is counted down by a payment', async () => {
    const { id, code } = await shop.code({ percent_off: 10 }, { max_redemptions: 2 });
    const { session } = await shop.gateway.openCheckout(
      await newOrder(shop, { promotion: { id } }),
    );
    expect(await find(code)).toMatchObject({ remaining: 2 });
    await shop.pay(session);
    expect(await find(code)).toMatchObject({ remaining: 1 });
  });

  it('takes off what the hosted page takes off', async () => {
    for (const [percentOff, subtotal] of [
      [12.5, 999],
      [33.33, 1_001],
      [7.77, 5_003],
    ] as const) {
      const { id, code } = await shop.code({ percent_off: percentOff });
      const order = await newOrder(shop, { subtotal, promotion: { id } });
      const { session } = await shop.gateway.openCheckout(order);
      const facts = await shop.gateway.readCheckout(session);
      expect(await find(code, subtotal)).toMatchObject({ discount: facts?.discount });
    }
  });
});

describe('a code that does not hold, in a sentence', () => {
  it('for one that nobody made', async () => {
    expect(refusalOf(await find('NOBODY'))).toMatch(
      'The promotion code "NOBODY" is not known, has expired, or has been used up; nothing was bought.',
    );
    expect((await find('   ')).ok).toBe(false);
  });

  it('for one that was switched off', async () => {
    const { id, code } = await shop.code({ percent_off: 10 });
    await shop.stripe.promotionCodes.update(id, { active: false });
    expect((await find(code)).ok).toBe(false);
  });

  it('for one that has been used up', async () => {
    const { id, code } = await shop.code({ percent_off: 10 }, { max_redemptions: 1 });
    const { session } = await shop.gateway.openCheckout(
      await newOrder(shop, { promotion: { id } }),
    );
    await shop.pay(session);
    expect((await find(code)).ok).toBe(false);
  });

  it('for an order below its minimum', async () => {
    const { code } = await shop.code(
      { percent_off: 10 },
      { restrictions: { minimum_amount: 5_000, minimum_amount_currency: 'usd' } },
    );
    expect((await find(code, 5_000)).ok).toBe(true);
    expect(refusalOf(await find(code, 4_999))).toMatch('needs an order of at least $50.00');
    expect(refusalOf(await find(code, 9_000, undefined, 'eur'))).toMatch('at least $50.00');
  });

  it('payment case 32: for an amount in another currency', async () => {
    const { code } = await shop.code({ amount_off: 500, currency: 'eur' });
    expect(refusalOf(await find(code))).toMatch('does not apply to prices in usd');
  });

  it('payment case 27: for one that would leave less than can be charged', async () => {
    const { code } = await shop.code({ amount_off: 4_951, currency: 'usd' });
    expect(refusalOf(await find(code))).toMatch('would leave less than $0.50');
    expect((await find(code, 5_001)).ok).toBe(true);
    expect((await find(code, 4_951)).ok).toBe(true);
  });

  it('for a second purchase with a welcome code', async () => {
    const { code } = await shop.code(
      { percent_off: 10 },
      { restrictions: { first_time_transaction: true } },
    );
    const order = await newOrder(shop);
    expect((await find(code)).ok).toBe(true);
    expect((await find(code, 5_000, order.customer)).ok).toBe(true);
    await shop.pay((await shop.gateway.openCheckout(order)).session);
    expect(refusalOf(await find(code, 5_000, order.customer))).toMatch('only for a first purchase');
  });

  it('for another customer’s', async () => {
    const [owner, other] = [await newCustomer(), await newCustomer()];
    const { code } = await shop.code({ percent_off: 10 }, { customer: owner });
    expect((await find(code, 5_000, owner)).ok).toBe(true);
    expect(refusalOf(await find(code, 5_000, other))).toMatch('belongs to another customer');
    expect(refusalOf(await find(code))).toMatch('belongs to another customer');
  });

  // Last, because time does not go back.
  it('for one that has expired', async () => {
    const { code } = await shop.code({ percent_off: 10 }, { expires_at: inHours(2) });
    const coupon = await shop.code({ percent_off: 10, redeem_by: inHours(2) });
    expect((await find(code)).ok).toBe(true);
    await shop.control('/clock', { advance: 3 * 3_600 });
    expect((await find(code)).ok).toBe(false);
    expect((await find(coupon.code)).ok).toBe(false);
  });
});
