import type Stripe from 'stripe';
import type { Shop } from '../harness/start-shop.ts';

/** Something of everything, so that a walk finds what it can delete, end and archive. */
export async function stockShop(shop: Shop): Promise<unknown[]> {
  const { stripe } = shop;
  const product = await stripe.products.create({ name: 'Pack' });
  const price = (recurring?: Stripe.PriceCreateParams.Recurring, amount = 1500) =>
    stripe.prices.create({
      currency: 'usd',
      unit_amount: amount,
      product: product.id,
      ...(recurring && { recurring }),
    });
  const pack = await price();
  const plans = [await price({ interval: 'month' }), await price({ interval: 'month' }, 6000)];
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
  const code = await stripe.promotionCodes.create({
    code: 'SPRING',
    promotion: { type: 'coupon', coupon: coupon.id },
  });
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_800_000_000 });
  const people: unknown[] = [];
  for (const clocked of [false, true, false]) {
    const customer = await stripe.customers.create(clocked ? { test_clock: clock.id } : {});
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      default_payment_method: card.id,
      items: [{ price: plans[0]?.id ?? '' }],
    });
    const invoices = await stripe.invoices.list({ customer: customer.id });
    people.push(customer, card, subscription, invoices, ...(await pagesFor(stripe, customer.id)));
    for (const visit of [{}, { bank_debit: 'succeeds' }])
      people.push(await paidOrder(shop, { customer: customer.id, price: pack.id, visit }));
  }
  const page = (line: Stripe.Price, mode: 'payment' | 'subscription') =>
    stripe.checkout.sessions.create({
      mode,
      success_url: 'http://shop.test/return',
      line_items: [{ price: line.id, quantity: 1 }],
    });
  const [plan = pack] = plans;
  const open = [await page(pack, 'payment'), await page(plan, 'subscription')];
  return [product, pack, ...plans, coupon, code, clock, ...people, ...open];

  async function pagesFor(client: Stripe, customer: string): Promise<Stripe.Checkout.Session[]> {
    const back = { customer, success_url: 'http://shop.test/return' };
    return [
      await client.checkout.sessions.create({
        ...back,
        line_items: [{ price: pack.id, quantity: 1 }],
        mode: 'payment',
        invoice_creation: { enabled: true },
        allow_promotion_codes: true,
      }),
      await client.checkout.sessions.create({
        ...back,
        line_items: [{ price: plans[1]?.id ?? '', quantity: 1 }],
        mode: 'subscription',
        discounts: [{ promotion_code: code.id }],
      }),
      await client.checkout.sessions.create({ ...back, mode: 'setup', currency: 'usd' }),
    ];
  }
}

async function paidOrder(
  shop: Shop,
  { customer, price, visit }: { customer: string; price: string; visit: object },
): Promise<Stripe.Checkout.Session> {
  const { stripe } = shop;
  const { id } = await stripe.checkout.sessions.create({
    mode: 'payment',
    customer,
    success_url: 'http://shop.test/return',
    line_items: [{ price, quantity: 1 }],
    payment_intent_data: { setup_future_usage: 'off_session' },
  });
  await shop.control('POST', `/_emu/checkout/sessions/${id}/complete`, visit);
  return stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] });
}
