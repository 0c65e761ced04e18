import type { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf } from './under-test/open-stripe.ts';

const under = holdContract();

const DAY_SECONDS = 86_400;
/** What `metadataOf` writes, in short. */
const SOLD = { kind: 'subscription', wallet: 'user:ada', plan: 'team', credits: '1000' };

interface Subscriber {
  clock: string;
  customer: string;
  start: number;
  subscription: Stripe.Subscription;
}

function monthly(amount: number): Promise<Stripe.Price> {
  const { stripe, run } = under();
  return stripe.prices.create({
    currency: 'usd',
    unit_amount: amount,
    recurring: { interval: 'month' },
    product_data: { name: `Plan ${amount} ${run}` },
  });
}

async function subscriber(
  token = 'pm_card_visa',
  change: Partial<Stripe.SubscriptionCreateParams> = {},
): Promise<Subscriber> {
  const { stripe } = under();
  const start = Math.floor(Date.now() / 1_000);
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
  const { id: customer } = await stripe.customers.create({ test_clock: clock.id });
  const card = await stripe.paymentMethods.attach(token, { customer });
  const price = await monthly(2000);
  const subscription = await stripe.subscriptions.create({
    customer,
    default_payment_method: card.id,
    items: [{ price: price.id }],
    metadata: SOLD,
    ...change,
  });
  return { clock: clock.id, customer, start, subscription };
}

async function advance({ clock }: Subscriber, to: number): Promise<void> {
  const { stripe, soon } = under();
  await stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
  await soon('the clock has arrived', async () => {
    const { status } = await stripe.testHelpers.testClocks.retrieve(clock);
    return status === 'ready';
  });
}

const itemOf = ({ items }: Stripe.Subscription): Stripe.SubscriptionItem =>
  items.data[0] ?? expect.fail('The subscription has no item.');

/** Newest first. */
const invoicesOf = async ({ customer }: Subscriber): Promise<Stripe.Invoice[]> =>
  (await under().stripe.invoices.list({ customer, limit: 100 })).data;

describe('a subscription', () => {
  test('shows what Bursar mirrors of it', async () => {
    const { customer, start, subscription } = await subscriber();
    const read = await under().stripe.subscriptions.retrieve(subscription.id);
    expect(read).toMatchObject({
      status: 'active',
      customer,
      metadata: SOLD,
      cancel_at_period_end: false,
      cancel_at: null,
      canceled_at: null,
      ended_at: null,
      trial_end: null,
      latest_invoice: expect.stringMatching(/^in_/),
    });
    const item = itemOf(read);
    expect(item).toMatchObject({ quantity: 1, price: { unit_amount: 2000, lookup_key: null } });
    expect(item.current_period_start).toBe(start);
    expect(item.current_period_end).toBeGreaterThanOrEqual(start + 28 * DAY_SECONDS);
  });

  test('that never was is missing', async () => {
    const refusal = await refusalOf(under().stripe.subscriptions.retrieve('sub_doesnotexist1'));
    expect(refusal).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  test('payment case 67: begins with a trial that is billed at zero', async () => {
    const one = await subscriber('pm_card_visa', { trial_period_days: 14 });
    expect(one.subscription).toMatchObject({
      status: 'trialing',
      trial_end: one.start + 14 * DAY_SECONDS,
    });
    expect(await invoicesOf(one)).toMatchObject([
      { status: 'paid', total: 0, billing_reason: 'subscription_create' },
    ]);
  });

  test('payment case 70: is cancelled for the end of its period, resumed, and cancelled for good', async () => {
    const { stripe } = under();
    const one = await subscriber();
    const end = itemOf(one.subscription).current_period_end;
    const { id } = one.subscription;
    const ending = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    expect(ending).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
      cancel_at: end,
      canceled_at: expect.any(Number),
    });
    const resumed = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    expect(resumed).toMatchObject({ cancel_at_period_end: false, cancel_at: null });
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await advance(one, end + 60);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'canceled',
      ended_at: expect.any(Number),
    });
    expect(await invoicesOf(one)).toHaveLength(1);
    const late = stripe.subscriptions.update(id, { cancel_at_period_end: false });
    expect(await refusalOf(late)).toMatchObject({ type: 'StripeInvalidRequestError' });
  });

  test('ends with its customer', async () => {
    const { stripe } = under();
    const one = await subscriber();
    await stripe.customers.del(one.customer);
    expect((await stripe.subscriptions.retrieve(one.subscription.id)).status).toBe('canceled');
  });
});

describe('a bill', () => {
  test('carries the metadata of its subscription, its lines, its price and its payment', async () => {
    const { stripe } = under();
    const one = await subscriber();
    const [listed] = await invoicesOf(one);
    const invoice = await stripe.invoices.retrieve(listed?.id ?? '');
    expect(invoice).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_create',
      currency: 'usd',
      total: 2000,
      amount_due: 2000,
      amount_paid: 2000,
      post_payment_credit_notes_amount: 0,
      attempt_count: expect.any(Number),
      next_payment_attempt: null,
      parent: {
        type: 'subscription_details',
        subscription_details: { subscription: one.subscription.id, metadata: SOLD },
      },
      hosted_invoice_url: expect.stringMatching(/^https?:\/\//),
    });
    expect(invoice.number).toMatch(/\S/);
    const { data: lines } = await stripe.invoices.listLineItems(invoice.id, { limit: 100 });
    const item = itemOf(one.subscription);
    expect(lines).toMatchObject([
      {
        amount: 2000,
        quantity: 1,
        period: { start: item.current_period_start, end: item.current_period_end },
        parent: {
          subscription_item_details: { subscription_item: item.id, proration: false },
        },
        pricing: { price_details: { price: item.price.id } },
      },
    ]);
    const { data: payments } = await stripe.invoicePayments.list({ invoice: invoice.id });
    expect(payments).toMatchObject([{ status: 'paid', payment: { type: 'payment_intent' } }]);
    const intent = payments[0]?.payment.payment_intent;
    if (typeof intent !== 'string') return expect.fail('The payment names no payment intent.');
    const found = await stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: intent },
      limit: 1,
    });
    expect(found.data).toMatchObject([{ invoice: invoice.id }]);
  });

  test('payment case 64: comes again with each period, and lists find it as paid', async () => {
    const { stripe } = under();
    const one = await subscriber();
    const first = itemOf(one.subscription);
    // Stripe leaves a renewal open for about an hour before it charges it.
    await advance(one, first.current_period_end + 2 * 3_600);
    const [renewal] = await invoicesOf(one);
    expect(renewal).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_cycle',
      total: 2000,
    });
    const now = itemOf(await stripe.subscriptions.retrieve(one.subscription.id));
    expect(now.current_period_start).toBe(first.current_period_end);
    const paid = await stripe.invoices.list({ customer: one.customer, status: 'paid' });
    expect(paid.data).toHaveLength(2);
  });

  test('payment case 68: that cannot be paid leaves the subscription past due, and says when it is tried again', async () => {
    const { stripe } = under();
    const one = await subscriber('pm_card_chargeCustomerFail', { trial_period_days: 3 });
    await advance(one, one.start + 3 * DAY_SECONDS + 2 * 3_600);
    expect((await stripe.subscriptions.retrieve(one.subscription.id)).status).toBe('past_due');
    const [failed] = await invoicesOf(one);
    expect(failed).toMatchObject({ status: 'open', amount_paid: 0 });
    expect(failed?.attempt_count).toBeGreaterThan(0);
    expect(failed?.next_payment_attempt).toBeGreaterThan(one.start + 3 * DAY_SECONDS);
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: one.customer });
    const settled = await stripe.invoices.pay(failed?.id ?? '', { payment_method: card.id });
    expect(settled).toMatchObject({ status: 'paid', amount_paid: 2000 });
    expect((await stripe.subscriptions.retrieve(one.subscription.id)).status).toBe('active');
  });

  test('payment case 72: that is paid beside Stripe is paid without a payment', async () => {
    const { stripe } = under();
    const one = await subscriber('pm_card_chargeCustomerFail', { trial_period_days: 3 });
    await advance(one, one.start + 3 * DAY_SECONDS + 2 * 3_600);
    const [open] = await invoicesOf(one);
    const paid = await stripe.invoices.pay(open?.id ?? '', { paid_out_of_band: true });
    expect(paid).toMatchObject({ status: 'paid', amount_due: 2000 });
    const { data } = await stripe.invoicePayments.list({ invoice: paid.id });
    expect(
      data.filter(({ status, payment }) => status === 'paid' && payment.type === 'payment_intent'),
    ).toEqual([]);
  });
});

describe('a change of the plan', () => {
  test('payment case 66: upwards is billed at once for what is left, once for its key', async () => {
    const { stripe, run } = under();
    const one = await subscriber();
    const item = itemOf(one.subscription);
    const dearer = await monthly(6000);
    const half = Math.floor((item.current_period_start + item.current_period_end) / 2);
    await advance(one, half);
    const params: Stripe.SubscriptionUpdateParams = {
      items: [{ id: item.id, price: dearer.id, quantity: 1 }],
      metadata: { ...SOLD, plan: 'business' },
      proration_behavior: 'always_invoice',
      payment_behavior: 'error_if_incomplete',
    };
    const options = { idempotencyKey: `subscription-change:${run}` };
    const changed = await stripe.subscriptions.update(one.subscription.id, params, options);
    await stripe.subscriptions.update(one.subscription.id, params, options);
    expect(itemOf(changed)).toMatchObject({ id: item.id, price: { id: dearer.id } });
    expect(changed.metadata).toMatchObject({ plan: 'business' });
    const invoices = await invoicesOf(one);
    expect(invoices).toHaveLength(2);
    expect(invoices[0]).toMatchObject({ status: 'paid', billing_reason: 'subscription_update' });
    // Half of 60.00 minus half of 20.00, to the second.
    expect(Math.abs((invoices[0]?.total ?? 0) - 2000)).toBeLessThan(20);
    const { data } = await stripe.invoices.listLineItems(invoices[0]?.id ?? '');
    expect(data).toHaveLength(2);
    for (const line of data) {
      expect(line.parent?.subscription_item_details?.proration).toBe(true);
      expect(line.period.end).toBe(item.current_period_end);
    }
    expect(data.filter(({ amount }) => amount > 0)).toHaveLength(1);
  });

  test('that cannot be paid changes nothing', async () => {
    const { stripe } = under();
    const one = await subscriber();
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: one.customer,
    });
    await stripe.subscriptions.update(one.subscription.id, { default_payment_method: bad.id });
    const item = itemOf(one.subscription);
    const dearer = await monthly(6000);
    const refusal = await refusalOf(
      stripe.subscriptions.update(one.subscription.id, {
        items: [{ id: item.id, price: dearer.id, quantity: 1 }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'error_if_incomplete',
      }),
    );
    expect(refusal).toMatchObject({ type: 'StripeCardError', statusCode: 402 });
    const now = await stripe.subscriptions.retrieve(one.subscription.id);
    expect(itemOf(now).price.id).toBe(item.price.id);
    expect(now.status).toBe('active');
  });

  test('downwards without proration bills nothing now', async () => {
    const { stripe } = under();
    const one = await subscriber();
    const cheaper = await monthly(1000);
    await stripe.subscriptions.update(one.subscription.id, {
      items: [{ id: itemOf(one.subscription).id, price: cheaper.id, quantity: 1 }],
      proration_behavior: 'none',
    });
    expect(await invoicesOf(one)).toHaveLength(1);
    await advance(one, itemOf(one.subscription).current_period_end + 2 * 3_600);
    expect((await invoicesOf(one))[0]).toMatchObject({ total: 1000 });
  });
});

describe('a change that waits for the next period', () => {
  test('keeps the discount that its phases name, and leaves a larger plan to be bought meanwhile', async () => {
    const { stripe } = under();
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    const one = await subscriber('pm_card_visa', { discounts: [{ coupon: coupon.id }] });
    const { id } = one.subscription;
    const item = itemOf(one.subscription);
    const [cheaper, dearer] = [await monthly(1000), await monthly(6000)];
    const [discount = ''] = one.subscription.discounts.map((given) =>
      typeof given === 'string' ? given : given.id,
    );
    const created = await stripe.subscriptionSchedules.create({ from_subscription: id });
    const start = created.phases[0]?.start_date ?? expect.fail('The schedule has no phase.');
    await stripe.subscriptionSchedules.update(created.id, {
      end_behavior: 'release',
      proration_behavior: 'none',
      phases: [
        {
          start_date: start,
          end_date: item.current_period_end,
          items: [{ price: item.price.id, quantity: 1 }],
          discounts: [{ discount }],
        },
        {
          duration: { interval: 'month', interval_count: 1 },
          items: [{ price: cheaper.id, quantity: 1 }],
          discounts: [{ discount }],
        },
      ],
    });
    expect((await stripe.subscriptions.retrieve(id)).discounts).toEqual([discount]);
    const changed = await stripe.subscriptions.update(id, {
      items: [{ id: item.id, price: dearer.id, quantity: 1 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'error_if_incomplete',
    });
    expect(changed).toMatchObject({ schedule: created.id });
    await stripe.subscriptionSchedules.release(created.id);
    const after = await stripe.subscriptions.retrieve(id);
    expect(after).toMatchObject({ schedule: null, discounts: [discount] });
    expect(itemOf(after).price.id).toBe(dearer.id);
  });
});

describe('a credit note', () => {
  test('on a paid bill gives to the balance or refunds, and the bill counts it', async () => {
    const { stripe } = under();
    const one = await subscriber();
    const [invoice] = await invoicesOf(one);
    const id = invoice?.id ?? '';
    const balance = await stripe.creditNotes.create({
      invoice: id,
      amount: 500,
      credit_amount: 500,
    });
    expect(balance).toMatchObject({
      object: 'credit_note',
      invoice: id,
      status: 'issued',
      type: 'post_payment',
      amount: 500,
      post_payment_amount: 500,
      refunds: [],
    });
    const refund = await stripe.creditNotes.create({
      invoice: id,
      amount: 700,
      refund_amount: 700,
    });
    expect(refund.refunds).toMatchObject([{ amount_refunded: 700 }]);
    expect((await stripe.invoices.retrieve(id)).post_payment_credit_notes_amount).toBe(1200);
    const { data } = await stripe.creditNotes.list({ invoice: id, limit: 100 });
    expect(data.map((note) => note.id)).toEqual([refund.id, balance.id]);
    expect((await stripe.creditNotes.retrieve(balance.id)).invoice).toBe(id);
    const tooMuch = stripe.creditNotes.create({ invoice: id, amount: 801, credit_amount: 801 });
    expect(await refusalOf(tooMuch)).toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
    });
  });
});

test('A test clock is deleted with its customers', async () => {
  const { stripe } = under();
  const one = await subscriber();
  expect(await stripe.testHelpers.testClocks.del(one.clock)).toMatchObject({ deleted: true });
  const gone = await stripe.customers.retrieve(one.customer).catch((error: unknown) => error);
  expect(gone).toSatisfy(
    (answer: { deleted?: boolean; code?: string }) =>
      answer.deleted === true || answer.code === 'resource_missing',
  );
});
