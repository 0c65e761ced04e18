import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isTransientPaymentError } from '../src/index.ts';
import { startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
beforeEach(() => fetch(`${shop.url}/_emu/faults`, { method: 'DELETE' }));
afterAll(() => shop.stop());

/** A customer who saved this card on a page for that. */
async function saved(card: string): Promise<{ customer: string; paymentMethod: string }> {
  const wallet = `user:${randomUUID()}`;
  const customer = await shop.gateway.ensureCustomer({ wallet, known: null });
  const { session } = await shop.gateway.openSetup({
    key: randomUUID(),
    wallet,
    customer,
    currency: 'usd',
    successUrl: 'https://example.com/saved',
    cancelUrl: 'https://example.com/back',
  });
  await shop.control(`/checkout/sessions/${session}/complete`, { card });
  const kept = await shop.gateway.readSetup(session);
  return { customer, paymentMethod: kept?.id ?? '' };
}

const chargeOf = (of: { customer: string; paymentMethod: string }) => ({
  ...of,
  attempt: randomUUID(),
  wallet: 'user:ana',
  amount: 1000,
  currency: 'usd',
  description: 'Auto top-up: 1000 credits',
});

describe('a saved card', () => {
  it('is known by what may be shown of it, and by which card it is', async () => {
    const [one, two] = [await saved('4242424242424242'), await saved('4242424242424242')];
    const [first, second] = await Promise.all(
      [one, two].map(({ paymentMethod }) => shop.gateway.readSavedCard(paymentMethod)),
    );
    expect(first).toMatchObject({ brand: 'visa', last4: '4242', customer: one.customer });
    expect(first?.id).not.toBe(second?.id);
    expect(first?.fingerprint).toBe(second?.fingerprint);
  });

  it('is nobody’s once it is removed, and removing it again is no failure', async () => {
    const { customer, paymentMethod } = await saved('4242424242424242');
    expect(await shop.gateway.setDefaultCard(customer, paymentMethod)).toBe('set');
    await shop.gateway.detachCard(paymentMethod);
    await shop.gateway.detachCard(paymentMethod);
    expect(await shop.gateway.readSavedCard(paymentMethod)).toBeNull();
    expect(await shop.gateway.setDefaultCard(customer, paymentMethod)).toBe('not_saved');
  });
});

describe('charging a saved card', () => {
  it('payment case 55: once for a try, however often it is asked for', async () => {
    const charge = chargeOf(await saved('4242424242424242'));
    const [first, second] = [
      await shop.gateway.chargeSavedCard(charge),
      await shop.gateway.chargeSavedCard(charge),
    ];
    expect(first.payment).toMatchObject({ state: 'succeeded', received: 1000, decline: null });
    expect(second.payment?.paymentIntent).toBe(first.payment?.paymentIntent);
  });

  it.each([
    ['4000000000000341', 'soft', 'generic_decline'],
    ['4000002760003184', 'authentication', 'authentication_required'],
  ])(
    'payment case 56: %s is declined (%s), and the same try replays it',
    async (card, kind, code) => {
      const of = await saved(card);
      const charge = chargeOf(of);
      const first = await shop.gateway.chargeSavedCard(charge);
      expect(first.payment).toMatchObject({
        state: 'declined',
        decline: { kind, code },
        attempt: charge.attempt,
      });
      const again = await shop.gateway.chargeSavedCard(charge);
      expect(again.payment?.paymentIntent).toBe(first.payment?.paymentIntent);
      const next = await shop.gateway.chargeSavedCard(chargeOf(of));
      expect(next.payment?.paymentIntent).not.toBe(first.payment?.paymentIntent);
    },
  );

  it('that was removed is no decline of the bank', async () => {
    const of = await saved('4242424242424242');
    await shop.gateway.detachCard(of.paymentMethod);
    expect(await shop.gateway.chargeSavedCard(chargeOf(of))).toMatchObject({
      payment: null,
      decline: { kind: 'card_gone' },
    });
  });

  it('that Stripe does not take as a request is refused, not tried for ever', async () => {
    const charge = { ...chargeOf(await saved('4242424242424242')), amount: 1 };
    expect(await shop.gateway.chargeSavedCard(charge)).toMatchObject({
      payment: null,
      decline: { kind: 'refused', code: 'amount_too_small' },
    });
  });

  it('payment case 62: is found by its try when nobody heard the answer', async () => {
    const charge = chargeOf(await saved('4242424242424242'));
    for (let nth = 1; nth <= 3; nth += 1) {
      await shop.control('/faults', {
        match: 'POST /v1/payment_intents',
        kind: 'reset-after-commit',
        nth,
      });
    }
    const failure = await shop.gateway.chargeSavedCard(charge).catch((error: unknown) => error);
    expect(isTransientPaymentError(failure)).toBe(true);
    const since = new Date(Date.now() - 60_000);
    const { customer, attempt } = charge;
    expect(await shop.gateway.findTopUpPayment({ customer, attempt, since })).toMatchObject({
      state: 'succeeded',
      attempt,
    });
    const other = { customer, attempt: randomUUID(), since };
    expect(await shop.gateway.findTopUpPayment(other)).toBeNull();
  });
});
