import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineItem, newSession, postForm, startShop, type Shop } from './harness/start-shop.ts';
import { monthlyPrice } from './harness/subscribe.ts';
import type Stripe from 'stripe';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const CARD = {
  name: 'Ada Lovelace',
  card_number: '4242 4242 4242 4242',
  card_expiry: '12 / 40',
  card_cvc: '123',
};

async function pageOf(
  params: Stripe.Checkout.SessionCreateParams,
): Promise<{ session: Stripe.Checkout.Session; url: string; customer: string }> {
  const { id } = await shop.stripe.customers.create({ email: 'ada@example.com' });
  const session = await newSession(shop.stripe, 1000, { customer: id, ...params });
  return { session, url: session.url ?? '', customer: id };
}

describe('a page whose customer was deleted', () => {
  it.each(['payment', 'subscription', 'setup'] as const)(
    'takes nothing any more (%s), says so, and expires like any other',
    async (mode) => {
      const { stripe } = shop;
      const price = await monthlyPrice(stripe);
      const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
      const params: Record<typeof mode, Stripe.Checkout.SessionCreateParams> = {
        payment: { line_items: [lineItem(1000)] },
        subscription: { line_items: [{ price: price.id, quantity: 1 }] },
        setup: { currency: 'usd' },
      };
      const session = await stripe.checkout.sessions.create({
        mode,
        customer,
        success_url: 'http://shop.test/return',
        ...params[mode],
      });
      await stripe.customers.del(customer);
      const shown = await fetch(session.url ?? '');
      expect([shown.status, await shown.text()]).toEqual([
        409,
        expect.stringContaining('Nothing was charged'),
      ]);
      expect((await postForm(session.url ?? '', CARD)).status).toBe(409);
      const path = `/_emu/checkout/sessions/${session.id}/complete`;
      expect(await shop.control('POST', path)).toMatchObject({
        status: 400,
        body: { error: { type: 'invalid_request_error', code: 'resource_missing' } },
      });
      expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
      expect((await stripe.checkout.sessions.expire(session.id)).status).toBe('expired');
    },
  );

  it('takes nothing when the customer comes back from the bank too late', async () => {
    const { session, url, customer } = await pageOf({});
    const card = { ...CARD, card_number: '4000 0027 6000 3184' };
    const sent = await postForm(url, card);
    const bank = sent.headers.get('location') ?? '';
    expect([sent.status, bank, await sent.text()]).toEqual([
      303,
      expect.stringContaining('/c/3ds/'),
      '',
    ]);
    await shop.stripe.customers.del(customer);
    const back = await postForm(new URL(bank, url).href, { outcome: 'complete' });
    expect(back.status).toBe(409);
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe(
      'unpaid',
    );
  });

  it('ends the debit of one that was paid before, without an invoice for nobody', async () => {
    const { session, customer } = await pageOf({ invoice_creation: { enabled: true } });
    const path = `/_emu/checkout/sessions/${session.id}/complete`;
    const debited = await shop.control('POST', path, { bank_debit: 'succeeds' });
    expect(debited.status, JSON.stringify(debited.body)).toBe(200);
    await shop.stripe.customers.del(customer);
    await shop.control('POST', '/_emu/clock', { advance: 3600 });
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id);
    expect(paid).toMatchObject({ payment_status: 'paid', invoice: null });
  });
});
