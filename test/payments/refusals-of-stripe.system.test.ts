import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, submitCheckout, visit, type Order } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import type { Answered } from '../harness/system-api.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const LIMIT_MS = 300_000;
/** More than any one call tries by itself. */
const REFUSALS = 4;

describe('what Stripe refuses', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, LIMIT_MS);
  afterEach(() => system.emulator.clearFaults());
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const make = async (path: string, form: Record<string, string>): Promise<Answered['body']> => {
    const response = await fetch(system.emulator.url + path, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_tests' },
      body: new URLSearchParams(form),
    });
    expect(response.status).toBe(200);
    return response.json();
  };
  const newCode = async (coupon: Record<string, string>, terms: Record<string, string> = {}) => {
    const { id } = await make('/v1/coupons', { duration: 'once', ...coupon });
    const about = { 'promotion[type]': 'coupon', 'promotion[coupon]': id };
    return (await make('/v1/promotion_codes', { ...about, ...terms })).code as string;
  };
  const ordered = async (terms: object = {}): Promise<Order> =>
    placeOrder(system.api, { wallet: await newUser(system.api), pack: 'starter', ...terms });
  const becomesPaid = (order: Order) =>
    until(
      'it is paid',
      async () => (await system.api.get(`/v1/purchases/${order.id}`)).body.status === 'paid',
      60_000,
    );

  it.each([
    ['payment case 27: a code that leaves 1 to 49 cents', { amount_off: '480', currency: 'usd' }],
    ['payment case 32: an amount off in another currency', { amount_off: '100', currency: 'eur' }],
  ])('%s is refused, and the order is intact', async (_case, coupon) => {
    const code = await newCode(coupon);
    const wallet = await newUser(system.api);
    const cart = { wallet, pack: 'starter' };
    const early = await system.api.post('/v1/purchases', { ...cart, promotion_code: code });
    expect(early).toMatchObject({ status: 422, body: { code: 'promotion_invalid' } });
    const order = await placeOrder(system.api, cart);
    const typed = await submitCheckout(order.checkout_url, { promotion_code: code }, '/promotion');
    expect(typed.status).toBe(422);
    await submitCheckout(order.checkout_url);
    await becomesPaid(order);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
  });

  it('payment case 28: of two open pages with the last use of a code one pays, the other is told at Pay', async () => {
    const promotion_code = await newCode({ percent_off: '50' }, { max_redemptions: '1' });
    const orders = [await ordered({ promotion_code }), await ordered({ promotion_code })];
    const answers = await Promise.all(
      orders.map(({ checkout_url }) => submitCheckout(checkout_url)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 422]);
    const [winner, other] = answers[0]?.status === 303 ? orders : orders.toReversed();
    if (winner === undefined || other === undefined) throw new Error('There were two orders.');
    await becomesPaid(winner);
    await untilQuiet(system, 60_000);
    expect(await system.api.wallet(winner.wallet)).toMatchObject({ balance: '500', version: 1 });
    expect(await system.api.wallet(other.wallet)).toMatchObject({ balance: '0', version: 0 });
    const { body } = await system.api.get(`/v1/purchases/${other.id}`);
    expect(body).toMatchObject({ status: 'awaiting_payment', total: { amount: 250 } });
  });

  it('payment case 31: a code that is switched off between order and payment is refused by Stripe, and the order stays open', async () => {
    const promotion_code = await newCode({ percent_off: '50' });
    const order = await ordered({ promotion_code });
    const other = await ordered();
    const button = '/promotion';
    const typed = await submitCheckout(other.checkout_url, { promotion_code }, button);
    expect(typed.text).toContain('Pay $2.50');
    const { data } = await system.emulator.stripe(`/v1/promotion_codes?code=${promotion_code}`);
    await make(`/v1/promotion_codes/${data[0].id}`, { active: 'false' });
    for (const { checkout_url, id, wallet } of [order, other]) {
      expect((await submitCheckout(checkout_url)).status).toBe(422);
      await untilQuiet(system, 60_000);
      const { body } = await system.api.get(`/v1/purchases/${id}`);
      expect(body.status).toBe('awaiting_payment');
      expect(await system.api.wallet(wallet)).toMatchObject({ balance: '0', version: 0 });
    }
    // What was typed on the page is off it now, and the page takes the whole price.
    expect((await submitCheckout(other.checkout_url)).status).toBe(303);
    await becomesPaid(other);
    const { body } = await system.api.get(`/v1/purchases/${other.id}`);
    expect(body).toMatchObject({ total: { amount: 500 }, discount: { amount: 0 } });
  });

  it('payment case 36: a page whose subtotal is not the order’s grants nothing, and a person is alerted', async () => {
    const order = await ordered();
    await system.emulator.deliveries('pause');
    await system.emulator.pay(order.session);
    const changed = await fetch(`${system.emulator.url}/_emu/objects/${order.session}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ set: { amount_subtotal: 499 } }),
    });
    expect(changed.status).toBe(200);
    await system.emulator.deliveries('normal', { flush: true });
    await untilQuiet(system, 60_000);
    const { body } = await system.api.get(`/v1/purchases/${order.id}`);
    expect(body).toMatchObject({ status: 'needs_review' });
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0', version: 0 });
    const { body: attention } = await system.api.get('/v1/attention');
    expect(attention.data).toContainEqual(
      expect.objectContaining({ kind: 'payment_in_review', subject: order.id }),
    );
  });

  it('payment case 25: whatever is written into the address of the return page is irrelevant', async () => {
    const order = await ordered();
    const tampered = `${system.url}/checkout/return?session_id=${order.session}&amount=99999900&credits=999999&status=paid&payment_status=paid&purchase=pur_other&wallet=user:other`;
    const early = await visit(tampered);
    expect(early.text).toContain('being confirmed');
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0', version: 0 });
    await submitCheckout(order.checkout_url);
    expect((await visit(tampered)).text).toContain('500 credits were added');
    await untilQuiet(system, 60_000);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
  });

  it('payment case 75: too many requests at Stripe are waited out, and nobody sees a 500', async () => {
    const wallet = await newUser(system.api);
    const refuse = async (match: string) => {
      for (let nth = 1; nth <= REFUSALS; nth += 1) await system.emulator.fault(match, '429', nth);
    };
    await refuse('POST /v1/customers');
    await refuse('POST /v1/checkout/sessions');
    const key = `order-${wallet}`;
    const body = { wallet, pack: 'starter' };
    const seen: number[] = [];
    const answered = await until(
      'the order can be paid',
      async () => {
        const answer = await system.api.post('/v1/purchases', body, { key });
        seen.push(answer.status);
        return answer.status === 200 && answer;
      },
      60_000,
    );
    expect(seen.every((status) => status === 200 || status === 202)).toBe(true);
    const { purchase } = answered.body.result;
    await refuse('GET /v1/checkout/sessions/{id}');
    await submitCheckout(purchase.checkout_url);
    const page = await fetch(
      `${system.url}/checkout/return?session_id=${/cs_\w+$/.exec(purchase.checkout_url)?.[0]}`,
    );
    expect(page.status).toBe(200);
    await becomesPaid({ ...purchase, wallet });
    await untilQuiet(system, 60_000);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
  });
});
