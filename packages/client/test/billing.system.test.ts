import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import { settled } from '../../../test/harness/subscriber.ts';
import { until } from '../../../test/harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../../../test/harness/whole-system.ts';
import { createBursar, type Bursar } from '../src/node.ts';

const MINUTE = 60_000;

let system: WholeSystem;
let bursar: Bursar;
beforeAll(async () => {
  system = await startWholeSystem({ backend: 'postgres' });
  bursar = createBursar({ url: system.url, key: system.operatorKey });
}, MINUTE);
afterAll(async () => {
  await expectSoundLedger(system.database);
  await system.stop();
}, MINUTE);

let people = 0;
async function person(): Promise<string> {
  people += 1;
  const id = `payer-${people}`;
  return (await bursar.users.put(id, { name: 'Ana', email: `${id}@example.com` })).wallet;
}

/** The customer goes to a page of the payment provider and pays, or saves a card, there. */
async function visit(url: string | null): Promise<void> {
  const session = /cs_\w+$/.exec(url ?? '')?.[0] ?? '';
  const paid = await system.emulator.pay(session);
  expect(paid.status).toBe(200);
}

describe('a saved card', () => {
  it(
    'is charged by itself on terms, made the default, and removed',
    async () => {
      const wallet = await person();
      const { result } = await bursar.paymentMethods.setUp(
        wallet,
        { consent: true },
        { wait: true },
      );
      await visit(result.setup.url);
      const card = await until('the card is saved', async () => {
        const [first] = await bursar.paymentMethods.list(wallet);
        return first ?? null;
      });
      expect(card).toMatchObject({ brand: 'visa', last4: '4242' });
      const chosen = await bursar.paymentMethods.setDefault(wallet, card.id, { wait: true });
      expect(chosen.result.payment_method).toEqual({ id: card.id, wallet });

      expect(await bursar.autoTopUp.get(wallet)).toMatchObject({ state: 'off', attempts: [] });
      const monthly_cap = { amount: 100_000, currency: 'usd' };
      const terms = { threshold: '20', amount: '1000', monthly_cap, consent: true as const };
      const agreed = await bursar.autoTopUp.put(wallet, { enabled: true, ...terms });
      expect(agreed).toMatchObject({ enabled: true, monthly_cap, payment_method: { id: card.id } });
      await until(
        'it bought',
        async () => (await bursar.wallets.get(wallet)).balance === '1000',
        MINUTE,
      );
      expect(await bursar.payments.list(wallet).take(2)).toMatchObject([
        { kind: 'top_up', credits: '1000' },
      ]);
      expect(await bursar.autoTopUp.put(wallet, { enabled: false })).toMatchObject({
        state: 'off',
      });

      const removed = await bursar.paymentMethods.remove(wallet, card.id, { wait: true });
      expect(removed.result.payment_method.id).toBe(card.id);
      expect(await bursar.paymentMethods.list(wallet)).toEqual([]);
    },
    MINUTE,
  );
});

describe('a subscription', () => {
  it(
    'to a plan is paid, changed, ended, and goes on after all',
    async () => {
      const wallet = await person();
      const plan = { name: 'Pro', credits: '100', price: { amount: 1_000, currency: 'usd' } };
      expect(await bursar.plans.put('pro', plan)).toMatchObject({ id: 'pro', every: 'month' });
      await bursar.plans.put('old', plan);
      await bursar.plans.retire('old');
      expect((await bursar.plans.list()).map(({ id }) => id)).toEqual(['pro']);

      const order = { wallet, plan: 'pro' };
      const { result } = await bursar.subscriptions.create(order, { wait: true });
      const { id, checkout_url } = result.subscription;
      await visit(checkout_url);
      await settled(system);
      expect(await bursar.subscriptions.get(wallet)).toMatchObject({ id, status: 'active' });
      expect(await bursar.wallets.get(wallet)).toMatchObject({ balance: '100' });

      const [payment] = await bursar.payments.list(wallet).take(2);
      expect(payment).toMatchObject({ kind: 'invoice', subscription: id, credits: '100' });
      const links = await bursar.payments.links(wallet, payment?.id ?? '');
      expect(links.invoice_url).toMatch(/^http/);
      expect((await bursar.payments.portalSession(wallet)).url).toMatch(/^http/);

      await bursar.subscriptions.change(id, { quantity: 2 }, { wait: true });
      await settled(system);
      expect(await bursar.subscriptions.get(wallet)).toMatchObject({ quantity: 2, credits: '200' });
      const ended = await bursar.subscriptions.cancel(id, { wait: true });
      expect(ended.result.subscription.cancel_at).not.toBeNull();
      const resumed = await bursar.subscriptions.resume(id, { wait: true });
      expect(resumed.result.subscription.cancel_at).toBeNull();
    },
    MINUTE,
  );
});

describe('an operator', () => {
  it(
    'makes codes, refunds, and clears what banks warn of',
    async () => {
      const wallet = await person();
      const made = await bursar.bonusCodes.create({ code: 'SPRING20', bonus_percent: 20 });
      expect(made).toMatchObject({ active: true, lifetime_days: 365 });
      const order = { wallet, pack: 'starter' as const, promotion_code: 'SPRING20' };
      const { result } = await bursar.purchases.create(order, { wait: true });
      expect(result.purchase).toMatchObject({ bonus: '100' });
      await visit(result.purchase.checkout_url);
      await until(
        'it is paid',
        async () => (await bursar.purchases.get(result.purchase.id)).status === 'paid',
        MINUTE,
      );
      expect(await bursar.bonusCodes.list()).toMatchObject([{ id: made.id, redeemed: 1 }]);
      expect(await bursar.bonusCodes.disable(made.id)).toBeNull();
      expect(await bursar.bonusCodes.list()).toMatchObject([{ active: false }]);

      const refund = { amount: 100, reason: 'Sorry', override: true };
      const refunded = await bursar.purchases.refund(result.purchase.id, refund, { wait: true });
      expect(refunded.result).toMatchObject({
        refund: { purchase: result.purchase.id, overridden: true, reason: 'Sorry' },
        purchase: { id: result.purchase.id },
      });

      const [payment] = (await system.emulator.stripe('/v1/payment_intents?limit=1')).data;
      await system.emulator.dispute(payment.latest_charge);
      const warnings = await until('the bank warned', async () => {
        const found = await bursar.paymentWarnings.list(wallet);
        return found.length > 0 ? found : null;
      });
      expect(warnings).toMatchObject([{ kind: 'dispute', purchase: result.purchase.id }]);
      expect(await bursar.paymentWarnings.clear(wallet)).toBeNull();
      expect(await bursar.paymentWarnings.list(wallet)).toEqual([]);
    },
    MINUTE,
  );
});
