import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { newSession, paidCharge, postForm, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ seed: 'packs' });
});
afterAll(() => shop.stop());
beforeEach(() => {
  shop.answer.status = 200;
  shop.answer.delayMs = 0;
  shop.received.length = 0;
});

const FORM = {
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  card_number: '4242 4242 4242 4242',
  card_expiry: '12 / 40',
  card_cvc: '123',
};
const text = async (response: Response): Promise<string> => response.text();
const open = (overrides = {}) =>
  newSession(shop.stripe, 1000, { allow_promotion_codes: true, ...overrides });

describe('the page of an open session', () => {
  it('shows the order, labelled fields, the banner and the way back, without scripts', async () => {
    const session = await open();
    const markup = await text(await fetch(session.url ?? ''));
    for (const label of ['Email', 'Card number', 'Expiry', 'CVC', 'Name on card', 'Promotion code'])
      expect(markup).toMatch(new RegExp(`<label for="\\w+">${label}</label>`));
    expect(markup).toContain('Test payments');
    expect(markup).toContain('1,000 credits');
    expect(markup).toContain('Pay $10.00');
    expect(markup).toContain('href="http://shop.test/cancel"');
    expect(markup).not.toContain('<script');
  });

  it('escapes everything that a shop or a customer wrote', async () => {
    const evil = '"><script>alert(1)</script>';
    const session = await open({
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: evil } },
        },
      ],
    });
    const page = await text(
      await postForm(session.url ?? '', { ...FORM, name: evil, card_cvc: evil }),
    );
    expect(page).not.toContain('<script');
    expect(page).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('lets pay, then sends the customer to the success address', async () => {
    const session = await open();
    const response = await postForm(session.url ?? '', FORM);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(
      `http://shop.test/return?session_id=${session.id}`,
    );
    expect(shop.types()).toContain('checkout.session.completed');
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id);
    expect(paid.customer_details).toMatchObject({ email: 'ada@example.com', name: 'Ada Lovelace' });
  });

  it('waits for the shop to acknowledge before it lets the customer go', async () => {
    shop.answer.delayMs = 400;
    const session = await open();
    const startedMs = Date.now();
    await postForm(session.url ?? '', FORM);
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(390);
  });

  it('does not hold the customer when the shop fails', async () => {
    shop.answer.status = 500;
    expect((await postForm((await open()).url ?? '', FORM)).status).toBe(303);
  });

  it.each([
    ['email', { email: 'ada' }, 'Your email address is incomplete.'],
    ['number', { card_number: '4242 4242 4242 4241' }, 'Your card number is invalid.'],
    ['unknown card', { card_number: '4012888888881881' }, 'not one of the test cards'],
    ['expiry', { card_expiry: '13/40' }, 'Write it as MM / YY'],
    ['past', { card_expiry: '01/20' }, 'in the past'],
    ['cvc', { card_cvc: '12' }, 'has 3 digits'],
    ['name', { name: '' }, 'Type the name on the card.'],
  ])(
    'shows what is wrong in place (%s), keeps what was typed, and charges nothing',
    async (_name, wrong, message) => {
      const session = await open();
      const response = await postForm(session.url ?? '', { ...FORM, ...wrong });
      expect(response.status).toBe(422);
      const markup = await text(response);
      expect(markup).toMatch(/role="alert"/);
      expect(markup.replaceAll('&#39;', "'")).toContain(message);
      expect(markup).toContain(`value="${{ ...FORM, ...wrong }.email}"`);
      expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
    },
  );

  it('shows a decline and takes another card', async () => {
    const session = await open();
    const declined = await postForm(session.url ?? '', {
      ...FORM,
      card_number: '4000000000009995',
    });
    expect(declined.status).toBe(402);
    expect(await text(declined)).toContain('Your card has insufficient funds.');
    expect((await postForm(session.url ?? '', FORM)).status).toBe(303);
  });

  it('fills in a test card on request and keeps the rest', async () => {
    const { url } = await open();
    const markup = await text(
      await postForm(`${url}/fill`, { email: 'ada@example.com', fill: '378282246310005' }),
    );
    expect(markup).toContain('value="3782 8224 6310 005"');
    expect(markup).toContain('value="1234"');
    expect(markup).toContain('value="ada@example.com"');
  });
});

describe('a promotion code on the page', () => {
  it('changes the total when applied, and back when removed', async () => {
    const { url } = await open();
    const applied = await text(
      await postForm(`${url}/promotion`, { ...FORM, promotion_code: 'welcome10' }),
    );
    expect(applied).toContain('WELCOME10');
    expect(applied).toContain('Pay $9.00');
    const removed = await text(await postForm(`${url}/remove-promotion`, FORM));
    expect(removed).toContain('Pay $10.00');
  });

  it('that is unknown says so beside the field', async () => {
    const { url } = await open();
    const response = await postForm(`${url}/promotion`, { ...FORM, promotion_code: 'NOPE' });
    expect(response.status).toBe(422);
    expect(await text(response)).toMatch(
      /id="promotion-error" role="alert">This promotion code is invalid/,
    );
  });

  it('that was typed but not applied changes the total before anything is charged', async () => {
    const session = await open();
    const response = await postForm(session.url ?? '', { ...FORM, promotion_code: 'WELCOME10' });
    expect(response.status).toBe(200);
    expect(await text(response)).toContain('Pay $9.00');
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
  });

  it('to zero asks for no card', async () => {
    const session = await open();
    const page = await text(
      await postForm(`${session.url}/promotion`, { promotion_code: 'FREE100' }),
    );
    expect(page).toContain('Complete order');
    expect(page).not.toContain('Card number');
    expect((await postForm(session.url ?? '', { email: 'ada@example.com' })).status).toBe(303);
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe(
      'no_payment_required',
    );
  });

  it('is not offered when the shop has set the discount', async () => {
    const [code] = (await shop.stripe.promotionCodes.list({ code: 'WELCOME10' })).data;
    const session = await newSession(shop.stripe, 1000, {
      discounts: [{ promotion_code: code?.id ?? '' }],
    });
    const markup = await text(await fetch(session.url ?? ''));
    expect(markup).toContain('WELCOME10');
    expect(markup).not.toContain('name="promotion_code"');
    expect(markup).not.toContain('Remove');
  });
});

describe('a session that is over', () => {
  it('says that it is paid; pressing Pay twice pays once', async () => {
    const session = await open();
    const address = `${shop.emulator.url}/c/pay/${session.id}`;
    const twice = await Promise.all([postForm(address, FORM), postForm(address, FORM)]);
    expect(twice.map(({ status }) => status)).toEqual([303, 303]);
    const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(session.id);
    expect((await shop.stripe.charges.list({ payment_intent: idOf(intent) })).data).toHaveLength(1);
    expect(await text(await fetch(address))).toContain('You’re all done here');
  });

  it('says that it has expired and takes no payment', async () => {
    const session = await open();
    await shop.stripe.checkout.sessions.expire(session.id);
    const address = `${shop.emulator.url}/c/pay/${session.id}`;
    expect(await text(await fetch(address))).toContain('has expired');
    expect((await postForm(address, FORM)).status).toBe(409);
  });

  it('or never was is a 404', async () => {
    expect((await fetch(`${shop.emulator.url}/c/pay/cs_test_none`)).status).toBe(404);
  });
});

describe('other pages', () => {
  it('show the receipt of a paid charge only', async () => {
    const charge = await paidCharge(shop);
    await shop.stripe.refunds.create({ charge: charge.id, amount: 250 });
    const markup = await text(await fetch(charge.receipt_url ?? ''));
    expect(markup).toContain('$10.00');
    expect(markup).toContain('−$2.50');
    expect((await fetch(`${shop.emulator.url}/receipts/ch_none`)).status).toBe(404);
  });

  it('list events in the console, where they can be sent again', async () => {
    await shop.stripe.customers.create({});
    await vi.waitFor(() => expect(shop.types()).toEqual(['customer.created']));
    const markup = await text(await fetch(`${shop.emulator.url}/`));
    const [, path] = /action="(\/console\/events\/evt_\w+\/resend)"/.exec(markup) ?? [];
    expect((await postForm(`${shop.emulator.url}${path}`, {})).status).toBe(303);
    expect(shop.types()).toEqual(['customer.created', 'customer.created']);
  });
});
