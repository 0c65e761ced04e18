import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { startShop, type Shop } from './harness/start-shop.ts';
import { advance, DAY_SECONDS, monthlyPrice, passPeriod, subscribe } from './harness/subscribe.ts';

const DECLINES_LATER = '4000000000000341';
const GOOD = '4242424242424242';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

async function invoicesOf(subscription: Stripe.Subscription): Promise<Stripe.Invoice[]> {
  const { data } = await shop.stripe.invoices.list({ subscription: subscription.id });
  return data;
}

function reload(subscription: Stripe.Subscription): Promise<Stripe.Subscription> {
  return shop.stripe.subscriptions.retrieve(subscription.id);
}

async function changeCard(customer: string, card: string): Promise<void> {
  const { status } = await shop.control('POST', `/_emu/customers/${customer}/card`, { card });
  expect(status).toBe(200);
}

describe('a renewal', () => {
  it('moves the period by a calendar month and charges the saved card for it', async () => {
    const { subscription, invoice, customer } = await subscribe(
      shop,
      await monthlyPrice(shop.stripe),
    );
    const before = subscription.items.data[0];
    await passPeriod(shop, subscription);
    const after = (await reload(subscription)).items.data[0];
    expect(after?.current_period_start).toBe(before?.current_period_end);
    const [renewal] = await invoicesOf(subscription);
    expect(renewal).toMatchObject({
      billing_reason: 'subscription_cycle',
      status: 'paid',
      period_start: before?.current_period_start,
      period_end: before?.current_period_end,
      lines: { data: [{ period: { start: after?.current_period_start } }] },
    });
    expect(renewal?.id).not.toBe(invoice.id);
    const charges = await shop.stripe.charges.list({ customer });
    expect(charges.data.map(({ amount, paid }) => ({ amount, paid }))).toEqual([
      { amount: 2000, paid: true },
      { amount: 2000, paid: true },
    ]);
  });

  it('tells of the paid invoice by both events and leads from the intent to the invoice', async () => {
    const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await passPeriod(shop, subscription);
    const [renewal] = await invoicesOf(subscription);
    const { data } = await shop.stripe.events.list({
      types: ['invoice.paid', 'invoice.payment_succeeded', 'invoice_payment.paid'],
      limit: 3,
    });
    expect(data.map(({ type }) => type)).toEqual([
      'invoice.payment_succeeded',
      'invoice.paid',
      'invoice_payment.paid',
    ]);
    const [payment] = (await shop.stripe.invoicePayments.list({ invoice: renewal?.id ?? '' })).data;
    expect(payment).toMatchObject({ status: 'paid', amount_paid: 2000, is_default: true });
    const found = await shop.stripe.invoicePayments.list({
      payment: {
        type: 'payment_intent',
        payment_intent: idOf(payment?.payment.payment_intent ?? null),
      },
    });
    expect(found.data[0]?.invoice).toBe(renewal?.id);
  });

  it('happens once for every period that the clock passes', async () => {
    const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await advance(shop, 93 * DAY_SECONDS);
    const invoices = await invoicesOf(subscription);
    expect(invoices).toHaveLength(4);
    const starts = invoices.map(({ lines }) => lines.data[0]?.period.start);
    expect(new Set(starts).size).toBe(4);
  });

  it('keeps to the last day of shorter months and returns to its own', async () => {
    const { body } = await shop.control('GET', '/_emu/clock');
    const now = new Date(Number(body['now']) * 1000);
    const january = Date.UTC(now.getUTCFullYear() + 1, 0, 31, 12) / 1000;
    await advance(shop, january - Number(body['now']));
    const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe));
    const days: number[] = [];
    for (let month = 0; month < 3; month++) {
      const current = await reload(subscription);
      const end = Number(current.items.data[0]?.current_period_end);
      days.push(new Date(end * 1000).getUTCDate());
      await passPeriod(shop, subscription);
    }
    expect(days.slice(1)).toEqual([31, 30]);
    expect([28, 29]).toContain(days[0]);
  });
});

describe('a renewal that fails', () => {
  it('is tried again after three days, and paid then if the card has been changed', async () => {
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await changeCard(customer, DECLINES_LATER);
    await passPeriod(shop, subscription);
    expect((await reload(subscription)).status).toBe('past_due');
    const [open] = await invoicesOf(subscription);
    expect(open).toMatchObject({ status: 'open', attempt_count: 1, attempted: true });
    expect(open?.next_payment_attempt).toBeGreaterThan(Number(open?.created));
    await changeCard(customer, GOOD);
    await advance(shop, 3 * DAY_SECONDS);
    expect((await reload(subscription)).status).toBe('active');
    const [paid] = await invoicesOf(subscription);
    expect(paid).toMatchObject({ id: open?.id, status: 'paid', attempt_count: 2 });
    expect(paid?.next_payment_attempt).toBeNull();
  });

  it('ends the subscription when every try has failed', async () => {
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await changeCard(customer, DECLINES_LATER);
    await passPeriod(shop, subscription);
    await advance(shop, 16 * DAY_SECONDS);
    const ended = await reload(subscription);
    expect(ended).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    });
    const [open] = await invoicesOf(subscription);
    expect(open).toMatchObject({ status: 'open', attempt_count: 4, next_payment_attempt: null });
    await advance(shop, 40 * DAY_SECONDS);
    expect(await invoicesOf(subscription)).toHaveLength(2);
  });

  it('can be paid by hand, out of band without any charge', async () => {
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await changeCard(customer, DECLINES_LATER);
    await passPeriod(shop, subscription);
    const [open] = await invoicesOf(subscription);
    const paid = await shop.stripe.invoices.pay(open?.id ?? '', { paid_out_of_band: true });
    expect(paid).toMatchObject({ status: 'paid', amount_remaining: 0, amount_paid: 2000 });
    expect((await reload(subscription)).status).toBe('active');
    const charges = await shop.stripe.charges.list({ customer });
    expect(charges.data.filter((charge) => charge.paid)).toHaveLength(1);
    const payments = await shop.stripe.invoicePayments.list({ invoice: paid.id });
    expect(payments.data[0]?.status).toBe('canceled');
    const { data } = await shop.stripe.events.list({ limit: 5 });
    expect(data.map(({ type }) => type)).not.toContain('invoice.payment_succeeded');
    await advance(shop, 4 * DAY_SECONDS);
    expect((await shop.stripe.charges.list({ customer })).data).toHaveLength(2);
  });

  it('can be voided and issued again for the same period', async () => {
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await changeCard(customer, DECLINES_LATER);
    await passPeriod(shop, subscription);
    const [open] = await invoicesOf(subscription);
    await changeCard(customer, GOOD);
    const draft = await shop.stripe.invoices.create({
      customer,
      from_invoice: { action: 'revision', invoice: open?.id ?? '' },
    });
    expect(draft).toMatchObject({ status: 'draft', from_invoice: { invoice: open?.id } });
    const final = await shop.stripe.invoices.finalizeInvoice(draft.id);
    expect(final.status).toBe('open');
    const first = await shop.stripe.invoices.retrieve(open?.id ?? '');
    expect(first).toMatchObject({ status: 'void', latest_revision: draft.id });
    const paid = await shop.stripe.invoices.pay(draft.id);
    expect(paid.status).toBe('paid');
    expect(paid.lines.data[0]?.period).toEqual(open?.lines.data[0]?.period);
    expect(paid.lines.data[0]?.parent).toEqual(open?.lines.data[0]?.parent);
    expect((await reload(subscription)).status).toBe('active');
  });

  it('can be written off and paid nevertheless', async () => {
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await changeCard(customer, DECLINES_LATER);
    await passPeriod(shop, subscription);
    const [open] = await invoicesOf(subscription);
    const lost = await shop.stripe.invoices.markUncollectible(open?.id ?? '');
    expect(lost.status).toBe('uncollectible');
    await changeCard(customer, GOOD);
    expect((await shop.stripe.invoices.pay(lost.id)).status).toBe('paid');
  });
});

it('bills a period twice when asked to behind everybody’s back', async () => {
  const { subscription, invoice } = await subscribe(shop, await monthlyPrice(shop.stripe));
  const { body } = await shop.control('POST', `/_emu/invoices/${invoice.id}/reissue`);
  expect(body['invoice']).toMatchObject({ status: 'paid', total: 2000 });
  const invoices = await invoicesOf(subscription);
  expect(invoices.map(({ lines }) => lines.data[0]?.period)).toEqual([
    invoice.lines.data[0]?.period,
    invoice.lines.data[0]?.period,
  ]);
});
