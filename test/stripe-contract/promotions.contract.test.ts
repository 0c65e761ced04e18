import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf } from './under-test/open-stripe.ts';

const under = holdContract();

/** Codes have letters, digits and dashes only. */
const nameOf = (what: string): string => `${what}${under().run}`.toUpperCase();

describe('a promotion code', () => {
  test('is found as somebody types it, with its coupon', async () => {
    const { stripe } = under();
    const coupon = await stripe.coupons.create({ percent_off: 12.5, duration: 'once' });
    const made = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: nameOf('FIND'),
      max_redemptions: 3,
      restrictions: {
        first_time_transaction: true,
        minimum_amount: 500,
        minimum_amount_currency: 'usd',
      },
    });
    const { data } = await stripe.promotionCodes.list({
      code: nameOf('FIND').toLowerCase(),
      active: true,
      limit: 100,
      expand: ['data.promotion.coupon'],
    });
    expect(data).toMatchObject([
      {
        id: made.id,
        code: nameOf('FIND'),
        active: true,
        customer: null,
        expires_at: null,
        max_redemptions: 3,
        times_redeemed: 0,
        restrictions: {
          first_time_transaction: true,
          minimum_amount: 500,
          minimum_amount_currency: 'usd',
        },
        promotion: {
          type: 'coupon',
          coupon: {
            percent_off: 12.5,
            amount_off: null,
            currency: null,
            valid: true,
            redeem_by: null,
            max_redemptions: null,
            times_redeemed: 0,
          },
        },
      },
    ]);
  });

  test('is not found once it is switched off, and its name is free again', async () => {
    const { stripe } = under();
    const coupon = await stripe.coupons.create({
      amount_off: 500,
      currency: 'usd',
      duration: 'once',
    });
    const terms = { promotion: { type: 'coupon', coupon: coupon.id } } as const;
    const first = await stripe.promotionCodes.create({ ...terms, code: nameOf('OFF') });
    const taken = await refusalOf(
      stripe.promotionCodes.create({ ...terms, code: nameOf('OFF').toLowerCase() }),
    );
    expect(taken).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    await stripe.promotionCodes.update(first.id, { active: false });
    const active = await stripe.promotionCodes.list({ code: nameOf('OFF'), active: true });
    expect(active.data).toEqual([]);
    const second = await stripe.promotionCodes.create({ ...terms, code: nameOf('OFF') });
    expect(second.id).not.toBe(first.id);
  });

  test('may exist for everybody and for one customer at once', async () => {
    const { stripe } = under();
    const { id: customer } = await stripe.customers.create({});
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const terms = {
      promotion: { type: 'coupon', coupon: coupon.id },
      code: nameOf('TWICE'),
    } as const;
    await stripe.promotionCodes.create({ ...terms, customer });
    await stripe.promotionCodes.create(terms);
    const { data } = await stripe.promotionCodes.list({ code: nameOf('TWICE'), active: true });
    expect(new Set(data.map((one) => one.customer))).toEqual(new Set([customer, null]));
  });
});

describe('a page with a code of ours', () => {
  const page = (discounts: { promotion_code: string }[], currency = 'usd') =>
    under().stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        {
          quantity: 1,
          price_data: { currency, unit_amount: 1000, product_data: { name: 'Credits' } },
        },
      ],
      discounts,
      success_url: 'https://example.com/return',
    });

  test('is refused when the code was switched off since it was looked up', async () => {
    const { stripe } = under();
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const { id } = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
    });
    await stripe.promotionCodes.update(id, { active: false });
    const refusal = await refusalOf(page([{ promotion_code: id }]));
    expect(refusal).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    expect(refusal.param).toMatch(/^discounts/);
  });

  test('payment case 27: is refused when too little would be left to charge', async () => {
    const { stripe } = under();
    const coupon = await stripe.coupons.create({
      amount_off: 980,
      currency: 'usd',
      duration: 'once',
    });
    const { id } = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
    });
    const refusal = await refusalOf(page([{ promotion_code: id }]));
    expect(refusal).toMatchObject({ statusCode: 400, code: 'amount_too_small' });
  });

  test('payment case 32: is refused when its amount is in another currency', async () => {
    const { stripe } = under();
    const coupon = await stripe.coupons.create({
      amount_off: 100,
      currency: 'eur',
      duration: 'once',
    });
    const { id } = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
    });
    const refusal = await refusalOf(page([{ promotion_code: id }]));
    expect(refusal).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
  });

  test('rounds a percentage half up', async () => {
    const { stripe } = under();
    const coupon = await stripe.coupons.create({ percent_off: 12.55, duration: 'once' });
    const { id } = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
    });
    // 12.55 % of 1,000 is 125.5.
    expect((await page([{ promotion_code: id }])).amount_total).toBe(874);
  });
});
