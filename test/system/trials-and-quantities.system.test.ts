import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import {
  atStripe,
  billsOf,
  DAY,
  newPlan,
  pass,
  passPeriod,
  settled,
  subscribe,
  type Subscriber,
} from '../harness/subscriber.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const TRIAL = { trial_days: 14, trial_credits: '25' };
const AFTER_TRIAL = 14 * DAY + 3 * 3_600;
const LARGEST = '99999999.999999';

describe('a subscription', { timeout: 150_000 }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const balance = async ({ wallet }: { wallet: string }): Promise<string> =>
    (await system.api.wallet(wallet)).balance;
  const shown = async ({ wallet }: Subscriber) =>
    (await system.api.get(`/v1/wallets/${wallet}/subscription`)).body;
  const paidBills = async (ana: Subscriber): Promise<number[]> =>
    (await billsOf(system, ana)).map((bill) => bill.amount_paid);

  describe('in its trial', () => {
    it('that is cancelled is never billed, and its credits live to their expiry', async () => {
      const ana = await subscribe(system, await newPlan(system, TRIAL));
      const { subscription } = await system.api.run(`/v1/subscriptions/${ana.id}/cancel`, {});
      expect(subscription).toMatchObject({ status: 'trialing', cancel_at: subscription.trial_end });
      expect(await balance(ana)).toBe('25');
      await pass(system, AFTER_TRIAL);
      expect(await shown(ana)).toMatchObject({ status: 'canceled' });
      expect(await paidBills(ana)).toEqual([0]);
      expect(await balance(ana)).toBe('25');
    });

    it('changes its plan at once for nothing, and the first bill is the new plan’s', async () => {
      const ana = await subscribe(system, await newPlan(system, TRIAL));
      const price = { amount: 4_000, currency: 'usd' };
      const large = await newPlan(system, { name: 'Business', credits: '500', price });
      const path = `/v1/subscriptions/${ana.id}/change`;
      const { subscription } = await system.api.run(path, { plan: large });
      expect(subscription).toMatchObject({ plan: large, status: 'trialing', next: null });
      await settled(system);
      expect(await balance(ana)).toBe('25');
      await pass(system, AFTER_TRIAL);
      expect(await shown(ana)).toMatchObject({ plan: large, status: 'active' });
      expect(await balance(ana)).toBe('525');
      expect(await paidBills(ana)).toEqual([4_000, 0]);
    });

    it('whose first bill fails brings nothing more until it is paid', async () => {
      const ana = await subscribe(system, await newPlan(system, TRIAL));
      await atStripe(system, `/_emu/customers/${ana.customer}/card`, { card: '4000000000000341' });
      await pass(system, AFTER_TRIAL);
      expect(await shown(ana)).toMatchObject({ status: 'past_due' });
      expect(await balance(ana)).toBe('25');
      await atStripe(system, `/_emu/customers/${ana.customer}/card`, { card: '4242424242424242' });
      await pass(system, 4 * DAY);
      expect(await shown(ana)).toMatchObject({ status: 'active' });
      expect(await balance(ana)).toBe('125');
    });

    it('had by a wallet once is not had again', async () => {
      const plan = await newPlan(system, TRIAL);
      const first = await subscribe(system, plan);
      await system.api.run(`/v1/subscriptions/${first.id}/end`, {});
      await settled(system);
      const second = await subscribe(system, plan, { wallet: first.wallet });
      expect(await shown(second)).toMatchObject({ id: second.id, status: 'active' });
      expect(await paidBills(second)).toEqual([1_000]);
      expect(await balance(second)).toBe('125');
    });
  });

  describe('of many units', () => {
    it('is refused where no amount could say what it brings', async () => {
      const body = { name: 'Vast', price: { amount: 0, currency: 'usd' } };
      for (const field of ['credits', 'rollover_cap', 'trial_credits']) {
        const plan = { ...body, credits: '1', [field]: '100000000' };
        const refused = await system.api.put('/v1/plans/vast', plan);
        expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_amount' } });
        expect(refused.text).toContain('less than 100000000 credits');
      }
      const plan = await newPlan(system);
      const wallet = await newUser(system.api);
      const order = { wallet, plan, quantity: 10_001 };
      expect(await system.api.post('/v1/subscriptions', order)).toMatchObject({ status: 400 });
      const ana = await subscribe(system, plan);
      const path = `/v1/subscriptions/${ana.id}/change`;
      expect(await system.api.post(path, { quantity: 10_001 })).toMatchObject({ status: 400 });
      expect(await shown(ana)).toMatchObject({ quantity: 1, credits: '100' });
    });

    it('brings the most there is, and a quantity from the dashboard beyond it waits for an operator', async () => {
      const price = { amount: 50, currency: 'usd' };
      const plan = await newPlan(system, { credits: LARGEST, rollover_cap: LARGEST, price });
      const ana = await subscribe(system, plan, { quantity: 10_000 });
      expect(await balance(ana)).toBe('999999999999.99');
      const { items } = await system.emulator.stripe(`/v1/subscriptions/${ana.subscription}`);
      await atStripe(system, `/v1/subscriptions/${ana.subscription}`, {
        'items[0][id]': items.data[0].id,
        'items[0][quantity]': '999999',
        proration_behavior: 'none',
      });
      await settled(system);
      expect(await shown(ana)).toMatchObject({ quantity: 999_999, credits: '999999999999.999999' });
      await passPeriod(system, ana);
      expect(await balance(ana)).toBe('999999999999.99');
      const { data } = (await system.api.get('/v1/attention')).body;
      expect(data.map(({ detail }: { detail: string }) => detail)).toEqual([
        expect.stringContaining(`999999 times the plan ${plan} is more than one grant can bring`),
      ]);
    });
  });
});
