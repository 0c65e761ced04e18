import { afterAll, beforeAll, expect, it } from 'vitest';
import { newOrganization, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import {
  atStripe,
  billsOf,
  newPlan,
  pass,
  passPeriod,
  settled,
  subscribe,
} from '../harness/subscriber.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const MINUTE = 60_000;
const DAY = 86_400;

describeOnBackends('a subscription that ends now', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
  }, MINUTE);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  }, MINUTE);

  const atStripeIs = async (subscription: string): Promise<string> =>
    (await system.emulator.stripe(`/v1/subscriptions/${subscription}`)).status;
  const cardsOf = async (customer: string): Promise<unknown[]> =>
    (await system.emulator.stripe(`/v1/customers/${customer}/payment_methods`)).data;
  const isForgotten = async (customer: string): Promise<boolean> => {
    const { email, name } = await system.emulator.stripe(`/v1/customers/${customer}`);
    return email === null && name === null && (await cardsOf(customer)).length === 0;
  };

  it(
    'by an operator keeps its credits and is billed no more',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      const path = `/v1/subscriptions/${ana.id}/end`;
      const own = await system.api.post(path, {}, { actAs: ana.wallet });
      expect(own.status).toBe(403);
      const { subscription } = await system.api.run(path, {});
      expect(subscription).toMatchObject({ status: 'canceled', ended_at: expect.any(String) });
      expect((await system.api.run(path, {})).subscription.status).toBe('canceled');
      await passPeriod(system, ana);
      expect(await billsOf(system, ana)).toHaveLength(1);
      expect((await system.api.wallet(ana.wallet)).balance).toBe('100');
    },
    MINUTE,
  );

  it(
    'with its organization, whatever Stripe is up to; a bill that comes late is parked in sight',
    async () => {
      const { org } = await newOrganization(system.api, { members: 1, credits: '10' });
      const team = await subscribe(system, await newPlan(system, { audience: 'org' }), {
        wallet: org,
      });
      expect(await cardsOf(team.customer)).toHaveLength(1);
      const path = `/v1/organizations/${org.slice('org:'.length)}`;
      const preview = (await system.api.get(`${path}/deletion`)).body;
      expect(preview.blockers).toEqual([]);
      expect(preview.confirmation).toMatchObject({ forfeit: '110', end_subscriptions: true });
      const told = preview.consequences.map(({ what }: { what: string }) => what);
      expect(told).toEqual(expect.arrayContaining(['pool', 'subscriptions', 'saved_cards']));
      const { confirm, forfeit } = preview.confirmation;
      const refused = await system.api.delete(path, { confirm, forfeit });
      expect(refused.body).toMatchObject({ code: 'account_not_settled' });
      await system.emulator.fault('DELETE /v1/subscriptions/{id}', '500-before');
      await system.emulator.fault('POST /v1/payment_methods/{id}/detach', 'reset-before');
      expect((await system.api.delete(path, preview.confirmation)).status).toBe(200);
      await until(
        'Stripe has ended it and forgotten the customer',
        async () => {
          if ((await atStripeIs(team.subscription)) !== 'canceled') return false;
          return isForgotten(team.customer);
        },
        45_000,
      );
      await system.emulator.clearFaults();
      await settled(system);
      expect((await system.api.get('/v1/attention')).body.data).toEqual([]);
      await paidLate(team.subscription, team.customer, org);
    },
    3 * MINUTE,
  );

  /** Somebody bills the customer by hand for a subscription of the wallet that was closed. */
  async function paidLate(like: string, customer: string, wallet: string): Promise<void> {
    const old = await system.emulator.stripe(`/v1/subscriptions/${like}`);
    await atStripe(system, `/_emu/customers/${customer}/card`, { card: '4242424242424242' });
    const metadata = Object.entries<string>(old.metadata)
      .filter(([key]) => key !== 'subscription')
      .map(([key, value]) => [`metadata[${key}]`, value]);
    const late = await atStripe(system, '/v1/subscriptions', {
      customer,
      'items[0][price]': old.items.data[0].price.id,
      ...Object.fromEntries(metadata),
    });
    await until(
      'it is ended, and its money waits for an operator',
      async () => {
        const { data } = (await system.api.get('/v1/attention')).body;
        const parked = data.filter(
          ({ kind, detail }: { kind: string; detail: string }) =>
            kind === 'payment_in_review' && detail.includes(wallet),
        );
        return parked.length === 1 && (await atStripeIs(late.id)) === 'canceled';
      },
      45_000,
    );
    const [bill] = (await system.emulator.stripe(`/v1/invoices?subscription=${late.id}`)).data;
    const paid = await system.emulator.stripe(`/v1/invoice_payments?invoice=${bill.id}`);
    const intent = await system.emulator.stripe(
      `/v1/payment_intents/${paid.data[0].payment.payment_intent}`,
    );
    await system.emulator.refund(intent.latest_charge);
    await settled(system);
    expect((await system.api.get('/v1/attention')).body.data).toEqual([]);
  }

  it(
    'with its person, who keeps no card and no name at Stripe',
    async () => {
      const wallet = await newUser(system.api);
      const ana = await subscribe(system, await newPlan(system, { trial_days: 14 }), { wallet });
      const path = `/v1/users/${wallet.slice('user:'.length)}`;
      expect((await system.api.delete(path, {})).body).toMatchObject({
        code: 'account_not_settled',
      });
      const deleted = await system.api.delete(path, { end_subscriptions: true });
      expect(deleted.body).toMatchObject({ deleted: true, subscriptions: 1 });
      await until(
        'Stripe has ended it and forgotten the customer',
        async () => {
          if ((await atStripeIs(ana.subscription)) !== 'canceled') return false;
          return isForgotten(ana.customer);
        },
        45_000,
      );
      await pass(system, 20 * DAY);
      expect(await billsOf(system, ana)).toHaveLength(1);
    },
    2 * MINUTE,
  );
});
