import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineItem, newSession, refusalOf, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ seed: 'packs' });
});
afterAll(() => shop.stop());

async function codeFor(
  coupon: Stripe.CouponCreateParams,
  code: Omit<Stripe.PromotionCodeCreateParams, 'promotion'> = {},
): Promise<Stripe.PromotionCode> {
  const { id } = await shop.stripe.coupons.create({ duration: 'once', ...coupon });
  return shop.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: id }, ...code });
}

async function complete(session: Stripe.Checkout.Session, promotionCode?: string): Promise<number> {
  const body = promotionCode === undefined ? {} : { promotion_code: promotionCode };
  return (await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`, body))
    .status;
}

describe('a discount of the shop', () => {
  it('lowers the total, and the breakdown names the code', async () => {
    const code = await codeFor({ percent_off: 12.5 });
    const session = await newSession(shop.stripe, 999, {
      discounts: [{ promotion_code: code.id }],
    });
    expect(session).toMatchObject({
      amount_subtotal: 999,
      amount_total: 874,
      discounts: [{ promotion_code: code.id }],
    });
    const full = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: [
        'total_details.breakdown',
        'line_items',
        'discounts.promotion_code.promotion.coupon',
      ],
    });
    const breakdown = full.total_details?.breakdown?.discounts[0];
    expect(breakdown).toMatchObject({ amount: 125, discount: { promotion_code: code.id } });
    expect(full.line_items?.data[0]).toMatchObject({ amount_discount: 125, amount_total: 874 });
    expect(full.discounts?.[0]?.promotion_code).toMatchObject({
      promotion: { coupon: { percent_off: 12.5 } },
    });
  });

  it('is spread over the items without losing a cent', async () => {
    const { id } = await shop.stripe.coupons.create({ percent_off: 33.33, duration: 'once' });
    const session = await newSession(shop.stripe, 0, {
      line_items: [lineItem(333), lineItem(334), lineItem(777)],
      discounts: [{ coupon: id }],
    });
    const { data } = await shop.stripe.checkout.sessions.listLineItems(session.id);
    const spread = data.reduce((sum, line) => sum + line.amount_discount, 0);
    expect(spread).toBe(session.total_details?.amount_discount);
    expect(spread).toBe(481);
  });

  it('to zero needs no payment: no intent, no charge, completed at once', async () => {
    const code = await codeFor({ percent_off: 100 });
    const session = await newSession(shop.stripe, 1000, {
      discounts: [{ promotion_code: code.id }],
    });
    expect(await complete(session)).toBe(200);
    expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      payment_intent: null,
      amount_total: 0,
    });
  });

  it('that leaves less than can be charged is refused', async () => {
    const { id } = await shop.stripe.coupons.create({
      amount_off: 980,
      currency: 'usd',
      duration: 'once',
    });
    const refusal = await refusalOf(newSession(shop.stripe, 1000, { discounts: [{ coupon: id }] }));
    expect(refusal.code).toBe('amount_too_small');
  });
});

describe('a code of the customer', () => {
  it('is taken whatever its case, on sessions that allow codes', async () => {
    const session = await newSession(shop.stripe, 1000, { allow_promotion_codes: true });
    expect(await complete(session, 'welcome10')).toBe(200);
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).amount_total).toBe(900);
    expect(await complete(await newSession(shop.stripe), 'WELCOME10')).toBe(400);
  });

  it.each<[string, Stripe.CouponCreateParams, Omit<Stripe.PromotionCodeCreateParams, 'promotion'>]>(
    [
      ['switched off', { percent_off: 10 }, { active: false }],
      ['expired', { percent_off: 10 }, { expires_at: 1_000_000_000 }],
      ['in another currency', { amount_off: 100, currency: 'eur' }, {}],
      [
        'for larger purchases',
        { percent_off: 10 },
        { restrictions: { minimum_amount: 1001, minimum_amount_currency: 'usd' } },
      ],
    ],
  )('that is %s is refused and the session stays as it was', async (_name, coupon, options) => {
    const { code } = await codeFor(coupon, options);
    const session = await newSession(shop.stripe, 1000, { allow_promotion_codes: true });
    expect(await complete(session, code)).toBe(400);
    expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'open',
      amount_total: 1000,
    });
  });

  it('payment case 28: with one use left serves one of two open sessions; uses count only at completion', async () => {
    const code = await codeFor({ percent_off: 50 }, { max_redemptions: 1 });
    const discounts = [{ promotion_code: code.id }];
    const first = await newSession(shop.stripe, 1000, { discounts });
    const second = await newSession(shop.stripe, 1000, { discounts });
    expect((await shop.stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(0);
    expect([await complete(first), await complete(second)]).toEqual([200, 400]);
    expect(await shop.stripe.promotionCodes.retrieve(code.id)).toMatchObject({
      times_redeemed: 1,
      active: false,
    });
    expect((await shop.stripe.checkout.sessions.retrieve(second.id)).status).toBe('open');
  });

  it('for a first purchase is refused to a customer who has paid before', async () => {
    const customer = await shop.stripe.customers.create({});
    const { code } = await codeFor(
      { percent_off: 10 },
      { restrictions: { first_time_transaction: true } },
    );
    const buy = () =>
      newSession(shop.stripe, 1000, { customer: customer.id, allow_promotion_codes: true });
    expect(await complete(await buy(), code)).toBe(200);
    expect(await complete(await buy(), code)).toBe(400);
  });
});

it('An active code exists once, and is found by code', async () => {
  const [seeded] = (await shop.stripe.promotionCodes.list({ code: 'free100', active: true })).data;
  expect(seeded).toMatchObject({ code: 'FREE100', active: true });
  const refusal = await refusalOf(codeFor({ percent_off: 5 }, { code: 'Free100' }));
  expect(refusal.message).toContain('already exists');
});

it('The seeded packs have their prices', async () => {
  const keys = ['pack_starter', 'pack_standard', 'pack_pro', 'pack_business'];
  const prices = await shop.stripe.prices.list({ lookup_keys: keys });
  const found = prices.data.map((price) => [
    price.lookup_key,
    price.unit_amount,
    price.metadata['credits'],
  ]);
  expect(found.toReversed()).toEqual([
    ['pack_starter', 500, '500'],
    ['pack_standard', 1000, '1000'],
    ['pack_pro', 2500, '2500'],
    ['pack_business', 5000, '5000'],
  ]);
});
