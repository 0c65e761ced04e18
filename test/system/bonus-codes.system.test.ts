import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, submitCheckout, visit, type Order } from '../harness/checkout-visitor.ts';
import { newOrganization, newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describe('a bonus code', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const newCode = async (terms: object = {}): Promise<{ id: string; code: string }> => {
    const code = `B-${randomBytes(4).toString('hex')}`;
    const body = { code, bonus_percent: 20, lifetime_days: 90, ...terms };
    const made = await system.api.post('/v1/bonus-codes', body, { key: null, wait: null });
    expect(made.status).toBe(201);
    return made.body;
  };
  const withCode = (wallet: string, code: string) => ({
    wallet,
    pack: 'starter',
    promotion_code: code,
  });
  const refusalOf = async (body: object, actAs?: string) => {
    const options = actAs === undefined ? {} : { actAs };
    const { status, body: answer } = await system.api.post('/v1/purchases', body, options);
    return `${status} ${answer.code} ${answer.detail}`;
  };
  const statusOf = async ({ id }: Order) =>
    (await system.api.get(`/v1/purchases/${id}`)).body.status;
  const pay = async (order: Order) => {
    await system.emulator.pay(order.session);
    await until('it is paid', async () => (await statusOf(order)) === 'paid');
  };

  it('adds a promotional lot of its own, with its own expiry, at the price of the order', async () => {
    const wallet = await newUser(system.api, 'bonus@example.com');
    const { code } = await newCode();
    const preview = { ...withCode(wallet, code), preview: true };
    expect((await system.api.post('/v1/purchases', preview)).body.result.purchase).toMatchObject({
      credits: '500',
      bonus: '100',
      adds: '600',
      total: { amount: 500 },
    });
    const order = await placeOrder(system.api, withCode(wallet, code.toLowerCase()));
    expect(order).toMatchObject({ bonus: '100', total: { amount: 500 } });
    await pay(order);
    expect(await system.api.wallet(wallet)).toMatchObject({
      balance: '600',
      by_kind: { purchased: '500', promotional: '100' },
      version: 1,
    });
    const { body } = await system.api.get(`/v1/wallets/${wallet}/lots`);
    const bonus = body.data.find((lot: { kind: string }) => lot.kind === 'promotional');
    expect(bonus).toMatchObject({ amount: '100', purchase: order.id });
    const days = (Date.parse(bonus.expires_at) - Date.parse(bonus.effective_at)) / 86_400_000;
    expect(days).toBe(90);
    const [mail] = await until('the receipt arrives', async () => {
      const mails = await system.mail.to('bonus@example.com');
      return mails.length > 0 && mails;
    });
    expect(mail?.text).toMatch(/Bonus credits\W+100/);
  });

  it('payment case 29: of the order leaves no second code to be typed on the page', async () => {
    const wallet = await newUser(system.api);
    const { code } = await newCode();
    const bonus = await placeOrder(system.api, withCode(wallet, code));
    expect((await visit(bonus.checkout_url)).text).not.toContain('name="promotion_code"');
    const discount = await placeOrder(system.api, withCode(wallet, 'WELCOME10'));
    expect((await visit(discount.checkout_url)).text).not.toContain('name="promotion_code"');
    const none = await placeOrder(system.api, { wallet, pack: 'starter' });
    expect((await visit(none.checkout_url)).text).toContain('name="promotion_code"');
  });

  it('payment case 30: with a limit per person is set aside once by many sessions, and free again', async () => {
    const wallet = await newUser(system.api);
    const { code } = await newCode();
    const packs = ['starter', 'standard', 'pro', 'business'];
    const answers = await Promise.all(
      packs.map((pack) => system.api.post('/v1/purchases', { wallet, pack, promotion_code: code })),
    );
    const open = answers.filter(({ status }) => status === 200);
    expect(open).toHaveLength(1);
    expect(await refusalOf({ wallet, credits: 777, promotion_code: code })).toContain(
      '422 promotion_invalid',
    );
    const { purchase } = open[0]?.body.result ?? {};
    await system.emulator.expire(/cs_\w+$/.exec(purchase.checkout_url)?.[0] ?? '');
    await until('it is closed', async () => (await statusOf(purchase)) === 'expired');
    const next = await placeOrder(system.api, { wallet, credits: 777, promotion_code: code });
    await pay(next);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '932.4' });
    expect(await refusalOf(withCode(wallet, code))).toContain('as often as it may be');
  });

  it('payment case 21: of a session that expires while the card is asked about is free again', async () => {
    const wallet = await newUser(system.api);
    const { code } = await newCode();
    const order = await placeOrder(system.api, withCode(wallet, code));
    const asked = await submitCheckout(order.checkout_url, { card_number: '4000002760003184' });
    expect(asked).toMatchObject({ status: 303, location: expect.stringContaining('/c/3ds/') });
    await system.emulator.expire(order.session);
    await until('it is closed', async () => (await statusOf(order)) === 'expired');
    const late = await fetch(new URL(asked.location ?? '', order.checkout_url), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'complete' }),
    });
    expect(late.status).toBe(409);
    expect((await system.emulator.pay(order.session)).status).not.toBe(200);
    const session = await system.emulator.stripe(`/v1/checkout/sessions/${order.session}`);
    expect(session).toMatchObject({ status: 'expired', payment_status: 'unpaid' });
    await untilQuiet(system);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '0', version: 0 });
    expect((await placeOrder(system.api, withCode(wallet, code))).status).toBe('awaiting_payment');
  });

  it('of which one is left is promised to one of many buyers', async () => {
    const { code } = await newCode({ max_redemptions: 1 });
    const wallets = await Promise.all([1, 2, 3, 4].map(() => newUser(system.api)));
    const answers = await Promise.all(
      wallets.map((wallet) => system.api.post('/v1/purchases', withCode(wallet, code))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(3);
  });

  it('counts a person and an organization apart, and knows whom it is for', async () => {
    const { org, owner } = await newOrganization(system.api, { members: 1, credits: '1' });
    const both = await newCode({ max_per_person: 2 });
    const forPeople = await newCode({ scope: 'users' });
    const first = await newCode({ first_purchase_only: true });
    const large = await newCode({ minimum: { amount: 2000, currency: 'usd' } });
    const over = await newCode({ ends_at: new Date(Date.now() - 1000).toISOString() });
    const { purchase } = await system.api.run('/v1/purchases', withCode(org, both.code), {
      actAs: owner,
    });
    await pay({ ...purchase, session: /cs_\w+$/.exec(purchase.checkout_url)?.[0] ?? '' });
    expect(await refusalOf(withCode(org, both.code), owner)).toContain('this organization');
    expect((await placeOrder(system.api, withCode(owner, both.code))).status).toBe(
      'awaiting_payment',
    );
    expect(await refusalOf(withCode(org, forPeople.code))).toContain('is for people');
    expect(await refusalOf(withCode(org, first.code))).toContain('only for a first purchase');
    expect(await refusalOf(withCode(owner, large.code))).toContain('at least 2000');
    expect(await refusalOf(withCode(owner, over.code))).toContain('not valid at this time');
  });

  it('payment case 31: disabled between order and payment stays with whoever has it', async () => {
    const wallet = await newUser(system.api);
    const { id, code } = await newCode();
    const order = await placeOrder(system.api, withCode(wallet, code));
    const disabled = await system.api.delete(`/v1/bonus-codes/${id}`);
    expect(disabled.status).toBe(204);
    await pay(order);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '600' });
    const other = await newUser(system.api);
    expect(await refusalOf(withCode(other, code))).toContain('is not known');
    const { body } = await system.api.get('/v1/bonus-codes');
    expect(body.data.find((one: { id: string }) => one.id === id)).toMatchObject({
      active: false,
      redeemed: 1,
      reserved: 0,
    });
  });

  it('goes back with the share of its order that is refunded', async () => {
    const wallet = await newUser(system.api);
    const { code } = await newCode();
    const order = await placeOrder(system.api, withCode(wallet, code));
    await pay(order);
    const refund = (amount: number) =>
      system.api.run(`/v1/purchases/${order.id}/refund`, {
        amount,
        reason: 'Sorry',
        override: true,
      });
    await refund(250);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '300' });
    await refund(250);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '0', owed: '0' });
  });

  it('is for operators to make, and not to be made twice', async () => {
    const { code } = await newCode();
    const again = { code: code.toUpperCase(), bonus_credits: '5' };
    const twice = await system.api.post('/v1/bonus-codes', again, { key: null });
    expect(twice).toMatchObject({ status: 409, body: { code: 'bonus_code_taken' } });
    const actAs = await newUser(system.api);
    const person = await system.api.post('/v1/bonus-codes', again, { key: null, actAs });
    expect(person.status).toBe(403);
  });
});
