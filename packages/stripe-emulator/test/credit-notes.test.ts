import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import { monthlyPrice, passPeriod, subscribe } from './harness/subscribe.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

describe('a credit note for a paid invoice', () => {
  it('refunds its charge and says so on the invoice', async () => {
    const { stripe } = shop;
    const { invoice, customer } = await subscribe(shop, await monthlyPrice(stripe, 2000));
    const note = await stripe.creditNotes.create({
      invoice: invoice.id,
      amount: 500,
      refund_amount: 500,
      reason: 'product_unsatisfactory',
      memo: 'Half of a week was lost',
      expand: ['refunds.refund'],
    });
    expect(note).toMatchObject({
      status: 'issued',
      type: 'post_payment',
      amount: 500,
      post_payment_amount: 500,
      number: `${invoice.number}-CN-01`,
      refunds: [{ amount_refunded: 500, refund: { amount: 500, status: 'succeeded' } }],
    });
    const [charge] = (await stripe.charges.list({ customer })).data;
    expect(charge?.amount_refunded).toBe(500);
    const after = await stripe.invoices.retrieve(invoice.id);
    expect(after).toMatchObject({ status: 'paid', post_payment_credit_notes_amount: 500 });
    const events = await stripe.events.list({ type: 'credit_note.created' });
    expect(events.data[0]?.data.object).toMatchObject({ id: note.id });
    const { data } = await stripe.creditNotes.list({ invoice: invoice.id });
    expect(data.map(({ id }) => id)).toEqual([note.id]);
  });

  it('credits lines with their tax, never more than was paid', async () => {
    const { stripe } = shop;
    const { invoice, customer } = await subscribe(shop, await monthlyPrice(stripe, 1000), {
      automatic_tax: { enabled: true },
      customer_update: { address: 'auto' },
    });
    const line = invoice.lines.data[0]?.id ?? '';
    const note = await stripe.creditNotes.create({
      invoice: invoice.id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: line, amount: 400 }],
      credit_amount: 480,
    });
    expect(note).toMatchObject({ subtotal: 400, total: 480, total_taxes: [{ amount: 80 }] });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: -480 });
    const tooMuch = await refusalOf(
      stripe.creditNotes.create({ invoice: invoice.id, amount: 721, refund_amount: 721 }),
    );
    expect(tooMuch.message).toContain('at most 720');
    const unbalanced = await refusalOf(
      stripe.creditNotes.create({ invoice: invoice.id, amount: 700, refund_amount: 100 }),
    );
    expect(unbalanced.message).toContain('must equal');
  });
});

describe('a credit note for an open invoice', () => {
  it('leaves less to pay, and nothing left is paid', async () => {
    const { stripe } = shop;
    const { customer, subscription } = await subscribe(shop, await monthlyPrice(stripe, 2000));
    await shop.control('POST', `/_emu/customers/${customer}/card`, { card: '4000000000000341' });
    await passPeriod(shop, subscription);
    const due = await stripe.subscriptions.retrieve(subscription.id);
    const invoice = idOf(due.latest_invoice);
    const note = await stripe.creditNotes.create({ invoice, amount: 1500 });
    expect(note).toMatchObject({ type: 'pre_payment', pre_payment_amount: 1500 });
    expect(await stripe.invoices.retrieve(invoice)).toMatchObject({
      status: 'open',
      amount_remaining: 500,
      pre_payment_credit_notes_amount: 1500,
    });
    await stripe.creditNotes.create({ invoice, amount: 500 });
    const settled = await stripe.invoices.retrieve(invoice);
    expect(settled).toMatchObject({ status: 'paid', amount_remaining: 0, amount_paid: 0 });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });
});
