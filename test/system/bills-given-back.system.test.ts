import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import {
  atStripe,
  billsOf,
  changeCard,
  DAY,
  newPlan,
  orderPlan,
  pass,
  passPeriod,
  settled,
  subscribe,
  type Subscriber,
} from '../harness/subscriber.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const GOOD_CARD = '4242424242424242';
const FAILING_CARD = '4000000000000341';

/** Everybody here has paid ten dollars for a hundred credits. */
describe('money of a bill that goes back', { timeout: 120_000 }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const subscribed = async (): Promise<Subscriber> => subscribe(system, await newPlan(system));
  const spend = (wallet: string, amount: string) =>
    system.api.run('/v1/charges', { wallet, amount, product: 'render' });
  const standing = async ({ wallet }: Subscriber) => {
    const { balance, owed } = await system.api.wallet(wallet);
    const { data } = (await system.api.get(`/v1/wallets/${wallet}/payments`)).body;
    return { balance, owed, taken: data[0].taken_back };
  };
  const credit = async (bill: string, how: Record<string, string>) => {
    await atStripe(system, '/v1/credit_notes', { invoice: bill, ...how });
    await settled(system);
  };
  const newestBill = async (ana: Subscriber): Promise<string> => (await billsOf(system, ana))[0].id;
  const chargeFor = async (bill: string): Promise<string> => {
    const { data } = await system.emulator.stripe(`/v1/invoice_payments?invoice=${bill}`);
    const { payment_intent: intent } = data[0].payment;
    return (await system.emulator.stripe(`/v1/payment_intents/${intent}`)).latest_charge;
  };

  describe('by a credit note', () => {
    it('with a refund takes its share back, once, however often that is told', async () => {
      const ana = await subscribed();
      await credit(await newestBill(ana), { amount: '400', refund_amount: '400' });
      expect(await standing(ana)).toEqual({ balance: '60', owed: '0', taken: '40' });
      const told = await system.emulator.delivered();
      const about = told.filter(({ event_type: type }) =>
        /^(credit_note|refund|charge)/.test(type),
      );
      expect(about.map(({ event_type }) => event_type)).toContain('credit_note.created');
      for (const { event } of about.slice(0, 6)) await system.emulator.resend(event);
      await settled(system);
      expect(await standing(ana)).toEqual({ balance: '60', owed: '0', taken: '40' });
    });

    it('that keeps the money for later bills, or gives it back beside Stripe, counts as well', async () => {
      const ana = await subscribed();
      const bill = await newestBill(ana);
      await credit(bill, { amount: '300', credit_amount: '300' });
      expect(await standing(ana)).toMatchObject({ balance: '70' });
      await credit(bill, { amount: '200', out_of_band_amount: '200' });
      expect(await standing(ana)).toMatchObject({ balance: '50' });
      await system.emulator.refund(await chargeFor(bill), 500);
      await settled(system);
      expect(await standing(ana)).toEqual({ balance: '0', owed: '0', taken: '100' });
    });

    it('after the credits were spent leaves debt', async () => {
      const ana = await subscribed();
      await spend(ana.wallet, '90');
      await credit(await newestBill(ana), { amount: '500', refund_amount: '500' });
      expect(await standing(ana)).toEqual({ balance: '0', owed: '40', taken: '50' });
    });

    it('on a bill that was not paid yet makes it cheaper and its period no smaller', async () => {
      const ana = await subscribed();
      await changeCard(system, ana, FAILING_CARD);
      await passPeriod(system, ana);
      const bill = await newestBill(ana);
      await credit(bill, { amount: '400' });
      expect(await standing(ana)).toMatchObject({ balance: '100', taken: '0' });
      await changeCard(system, ana, GOOD_CARD);
      await pass(system, 4 * DAY);
      expect((await billsOf(system, ana))[0]).toMatchObject({ status: 'paid', amount_paid: 600 });
      const { data } = (await system.api.get(`/v1/wallets/${ana.wallet}/lots`)).body;
      expect(data[0]).toMatchObject({ kind: 'subscription', amount: '100' });
      await system.emulator.refund(await chargeFor(bill), 300);
      await settled(system);
      expect(await standing(ana)).toMatchObject({ taken: '50' });
    });
  });

  describe('by a dispute', () => {
    it('takes the period back at once, and a won one restores exactly that', async () => {
      const ana = await subscribed();
      await spend(ana.wallet, '30');
      const charge = await chargeFor(await newestBill(ana));
      await system.emulator.dispute(charge);
      await settled(system);
      expect(await standing(ana)).toEqual({ balance: '0', owed: '30', taken: '100' });
      await system.emulator.dispute(charge, 'won');
      await settled(system);
      expect(await standing(ana)).toEqual({ balance: '70', owed: '0', taken: '0' });
    });

    it('that is lost stays taken, and the next period is granted as it is paid', async () => {
      const ana = await subscribed();
      await system.emulator.dispute(await chargeFor(await newestBill(ana)), 'lost');
      await settled(system);
      expect(await standing(ana)).toEqual({ balance: '0', owed: '0', taken: '100' });
      await passPeriod(system, ana);
      expect(await standing(ana)).toEqual({ balance: '100', owed: '0', taken: '0' });
    });

    it('of a part that was not refunded takes the rest and no more', async () => {
      const ana = await subscribed();
      const bill = await newestBill(ana);
      await credit(bill, { amount: '400', refund_amount: '400' });
      await system.emulator.dispute(await chargeFor(bill));
      await settled(system);
      expect(await standing(ana)).toEqual({ balance: '0', owed: '0', taken: '100' });
    });

    it('before anybody heard of the payment counts as well', async () => {
      const wallet = await newUser(system.api);
      const { id, session } = await orderPlan(system, { wallet, plan: await newPlan(system) });
      await system.emulator.deliveries('pause');
      await system.emulator.pay(session);
      const page = await system.emulator.stripe(`/v1/checkout/sessions/${session}`);
      const { subscription, customer } = page;
      const ana: Subscriber = { wallet, id, session, subscription, customer };
      await system.emulator.dispute(await chargeFor(await newestBill(ana)));
      await system.emulator.deliveries('reverse', { flush: true });
      await settled(system);
      await system.emulator.deliveries('normal');
      expect(await standing(ana)).toEqual({ balance: '0', owed: '0', taken: '100' });
    });
  });
});
