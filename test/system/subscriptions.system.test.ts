import { afterAll, beforeAll, expect, it } from 'vitest';
import { newOrganization, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import {
  atStripe,
  billsOf,
  changeCard,
  DAY,
  newPlan,
  orderPlan,
  pass,
  settled,
  subscribe,
  passPeriod,
  type Subscriber,
} from '../harness/subscriber.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const GOOD_CARD = '4242424242424242';
const FAILING_CARD = '4000000000000341';
const MINUTE = 60_000;

describeOnBackends('subscriptions', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
  }, MINUTE);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  }, MINUTE);

  const balance = async ({ wallet }: { wallet: string }): Promise<string> =>
    (await system.api.wallet(wallet)).balance;
  const shown = async ({ wallet }: Subscriber) =>
    (await system.api.get(`/v1/wallets/${wallet}/subscription`)).body;
  const lots = async ({ wallet }: Subscriber) =>
    (await system.api.get(`/v1/wallets/${wallet}/lots`)).body.data;
  const payments = async ({ wallet }: { wallet: string }) =>
    (await system.api.get(`/v1/wallets/${wallet}/payments`)).body.data;
  const periodEnd = async ({ subscription }: Subscriber): Promise<number> =>
    (await system.emulator.stripe(`/v1/subscriptions/${subscription}`)).items.data[0]
      .current_period_end;
  const afterGrace = (seconds: number) => new Date((seconds + 3 * DAY) * 1_000).toISOString();

  it.each(['normal', 'reverse', 'duplicate'] as const)(
    'payment case 63: the first bill is granted from its own metadata, events coming %s',
    async (mode) => {
      const wallet = await newUser(system.api);
      const { session } = await orderPlan(system, { wallet, plan: await newPlan(system) });
      await system.emulator.deliveries('pause');
      await system.emulator.pay(session);
      await system.emulator.deliveries(mode, { flush: true });
      await settled(system);
      await system.emulator.deliveries('normal');
      expect(await balance({ wallet })).toBe('100');
      const { body } = await system.api.get(`/v1/wallets/${wallet}/subscription`);
      expect(body).toMatchObject({ status: 'active', credits: '100', quantity: 1 });
    },
    MINUTE,
  );

  it(
    'payment case 64: a renewal is one grant that lives until its period ends',
    async () => {
      const ana = await subscribe(system, await newPlan(system), { quantity: 2 });
      const [first] = await lots(ana);
      expect(first).toMatchObject({ kind: 'subscription', amount: '200' });
      expect(first.expires_at).toBe(afterGrace(await periodEnd(ana)));
      await passPeriod(system, ana);
      const [second, ...others] = await lots(ana);
      expect(others).toHaveLength(1);
      expect(second).toMatchObject({ kind: 'subscription', amount: '200' });
      expect(second.expires_at).toBe(afterGrace(await periodEnd(ana)));
      expect(await shown(ana)).toMatchObject({ status: 'active' });
    },
    MINUTE,
  );

  it(
    'payment case 65: paid and payment_succeeded, each twice, are one grant',
    async () => {
      await system.emulator.deliveries('duplicate');
      const ana = await subscribe(system, await newPlan(system));
      await system.emulator.deliveries('normal');
      const told = await system.emulator.delivered();
      const types = told.map(({ event_type }) => event_type);
      expect(types).toContain('invoice.paid');
      expect(types).toContain('invoice.payment_succeeded');
      expect(await lots(ana)).toHaveLength(1);
    },
    MINUTE,
  );

  it(
    'payment case 66: an upgrade brings the difference for the rest of the period, once, by its line',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      const bigger = await newPlan(system, {
        name: 'Business',
        credits: '500',
        price: { amount: 4_000, currency: 'usd' },
      });
      const end = await periodEnd(ana);
      await pass(system, 10 * DAY);
      const path = `/v1/subscriptions/${ana.id}/change`;
      const { subscription } = await system.api.run(path, { plan: bigger });
      expect(subscription).toMatchObject({ plan: bigger, credits: '500' });
      await settled(system);
      const [extra, first] = await lots(ana);
      expect(first.amount).toBe('100');
      const [bill] = await billsOf(system, ana);
      const line = bill.lines.data.find((one: { amount: number }) => one.amount > 0);
      const start = new Date(end * 1_000);
      start.setUTCMonth(start.getUTCMonth() - 1);
      const share = (end - line.period.start) / (end - start.getTime() / 1_000);
      expect(Number(extra.amount)).toBeCloseTo(400 * share, 3);
      expect(extra.expires_at).toBe(afterGrace(end));
      await passPeriod(system, ana);
      expect((await lots(ana))[0].amount).toBe('500');
    },
    MINUTE,
  );

  it(
    'a smaller plan begins with the next period: going down and up again pays and grants nothing again',
    async () => {
      const small = await newPlan(system);
      const price = { amount: 4_000, currency: 'usd' };
      const large = await newPlan(system, { name: 'Business', credits: '500', price });
      const ana = await subscribe(system, large);
      const path = `/v1/subscriptions/${ana.id}/change`;
      for (let round = 0; round < 3; round += 1) {
        const down = await system.api.run(path, { plan: small });
        expect(down.subscription).toMatchObject({ plan: large, next: { plan: small } });
        const up = await system.api.run(path, { plan: large });
        expect(up.subscription).toMatchObject({ plan: large, next: null });
      }
      await system.api.run(path, { plan: small });
      await settled(system);
      expect(await billsOf(system, ana)).toHaveLength(1);
      expect(await balance(ana)).toBe('500');
      await passPeriod(system, ana);
      expect(await shown(ana)).toMatchObject({ plan: small, credits: '100', next: null });
      const amounts = async () => (await lots(ana)).map(({ amount }: { amount: string }) => amount);
      expect(await amounts()).toEqual(['100', '500']);
      const tiny = await newPlan(system, {
        name: 'Tiny',
        credits: '40',
        price: { amount: 500, currency: 'usd' },
      });
      const further = await system.api.run(path, { plan: tiny });
      expect(further.subscription).toMatchObject({ plan: small, next: { plan: tiny } });
      await passPeriod(system, ana);
      expect(await shown(ana)).toMatchObject({ plan: tiny, next: null });
      expect((await amounts())[0]).toBe('40');
      expect((await billsOf(system, ana)).map((bill) => bill.total)).toEqual([500, 1_000, 4_000]);
    },
    MINUTE,
  );

  it(
    'payment case 67: a free trial brings what its plan says, and nothing otherwise',
    async () => {
      const silent = await subscribe(system, await newPlan(system, { trial_days: 14 }));
      const generous = await subscribe(
        system,
        await newPlan(system, { trial_days: 14, trial_credits: '25' }),
      );
      expect(await shown(silent)).toMatchObject({ status: 'trialing' });
      expect([await balance(silent), await balance(generous)]).toEqual(['0', '25']);
      await pass(system, 14 * DAY + 3 * 3_600);
      expect(await shown(silent)).toMatchObject({ status: 'active' });
      expect([await balance(silent), await balance(generous)]).toEqual(['100', '125']);
    },
    MINUTE,
  );

  it(
    'payment case 68: a bill that failed and is paid after three days is one grant, and nothing is taken meanwhile',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      await changeCard(system, ana, FAILING_CARD);
      await passPeriod(system, ana);
      expect(await shown(ana)).toMatchObject({ status: 'past_due' });
      expect(await balance(ana)).toBe('100');
      const { body } = await system.api.get('/v1/notifications', { actAs: ana.wallet });
      expect(body.data.map((one: { kind: string }) => one.kind)).toContain(
        'subscription-payment-failed',
      );
      await changeCard(system, ana, GOOD_CARD);
      await pass(system, 4 * DAY);
      expect(await shown(ana)).toMatchObject({ status: 'active' });
      expect(await lots(ana)).toHaveLength(2);
    },
    MINUTE,
  );

  it(
    'payment case 69: the receipt of a single payment brings nothing',
    async () => {
      const wallet = await newUser(system.api);
      const session = await atStripe(system, '/v1/checkout/sessions', {
        mode: 'payment',
        'invoice_creation[enabled]': 'true',
        'metadata[wallet]': wallet,
        'line_items[0][quantity]': '1',
        'line_items[0][price_data][currency]': 'usd',
        'line_items[0][price_data][unit_amount]': '1000',
        'line_items[0][price_data][product_data][name]': 'A book',
        success_url: 'http://localhost/',
      });
      await system.emulator.pay(session.id);
      await settled(system);
      expect(await balance({ wallet })).toBe('0');
      const events = await system.database.db`
        select distinct e.status::text from bursar.stripe_events e
        where e.type like 'invoice.%' and e.object_id not in (select i.invoice from bursar.subscription_invoices i)`;
      expect(events).toEqual([{ status: 'ignored' }]);
    },
    MINUTE,
  );

  it(
    'payment case 70: after a cancellation the last credits live to their expiry',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      const end = await periodEnd(ana);
      const cancelled = await system.api.run(`/v1/subscriptions/${ana.id}/cancel`, {});
      expect(cancelled.subscription).toMatchObject({
        status: 'active',
        cancel_at: new Date(end * 1_000).toISOString(),
      });
      await passPeriod(system, ana);
      expect(await shown(ana)).toMatchObject({ status: 'canceled' });
      const [last, ...others] = await lots(ana);
      expect(others).toEqual([]);
      expect(last).toMatchObject({ remaining: '100', expires_at: afterGrace(end) });
      const late = await system.api.post(`/v1/subscriptions/${ana.id}/resume`);
      expect(late.body).toMatchObject({ code: 'subscription_not_active' });
    },
    MINUTE,
  );

  it(
    'payment case 71: a period that is billed again, after a void or twice, is granted once',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      await changeCard(system, ana, FAILING_CARD);
      await passPeriod(system, ana);
      await changeCard(system, ana, GOOD_CARD);
      const [open] = await billsOf(system, ana);
      await atStripe(system, `/_emu/invoices/${open.id}/reissue`);
      await settled(system);
      expect((await payments(ana)).map((one: { status: string }) => one.status)).toEqual(
        expect.arrayContaining(['void', 'paid']),
      );
      expect(await lots(ana)).toHaveLength(2);
      const [paid] = await billsOf(system, ana);
      await atStripe(system, `/_emu/invoices/${paid.id}/reissue`);
      await settled(system);
      expect(await lots(ana)).toHaveLength(2);
      const [twice] = await system.database.db`
        select count(*)::int as bills from bursar.subscription_invoices i
        join bursar.wallets w on w.id = i.wallet_id
        where w.owner = ${ana.wallet} and i.review_reason is not null`;
      expect(twice).toEqual({ bills: 1 });
    },
    MINUTE,
  );

  it(
    'payment case 72: what was paid beside Stripe is granted, and no charge is expected',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      await changeCard(system, ana, FAILING_CARD);
      await passPeriod(system, ana);
      const [open] = await billsOf(system, ana);
      await atStripe(system, `/v1/invoices/${open.id}/pay`, { paid_out_of_band: 'true' });
      await settled(system);
      expect(await lots(ana)).toHaveLength(2);
      const [bill] = await payments(ana);
      expect(bill).toMatchObject({
        kind: 'invoice',
        status: 'paid',
        out_of_band: true,
        paid: { amount: 1_000, currency: 'usd' },
      });
    },
    MINUTE,
  );

  it(
    'carries what is left on, up to the cap of the plan',
    async () => {
      const ana = await subscribe(system, await newPlan(system, { rollover_cap: '30' }));
      await system.api.run('/v1/charges', { wallet: ana.wallet, amount: '20', product: 'render' });
      await passPeriod(system, ana);
      const { body } = await system.api.get(`/v1/wallets/${ana.wallet}/transactions`);
      expect(body.data.slice(0, 2)).toMatchObject([
        { kind: 'subscription', amount: '100', balance_after: '180' },
        { kind: 'rollover', amount: '0', balance_after: '80' },
      ]);
      const sizes = (await lots(ana)).map((lot: { remaining: string }) => lot.remaining);
      expect(sizes.toSorted()).toEqual(['100', '30', '50']);
    },
    MINUTE,
  );

  it(
    'takes back what a refunded bill brought, and restores nothing twice',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      const [bill] = await billsOf(system, ana);
      const { data } = await system.emulator.stripe(`/v1/invoice_payments?invoice=${bill.id}`);
      const intent = await system.emulator.stripe(
        `/v1/payment_intents/${data[0].payment.payment_intent}`,
      );
      await system.emulator.refund(intent.latest_charge, 400);
      await settled(system);
      expect(await balance(ana)).toBe('60');
      await system.emulator.refund(intent.latest_charge);
      await settled(system);
      expect(await balance(ana)).toBe('0');
      expect((await payments(ana))[0]).toMatchObject({ credits: '100', taken_back: '100' });
    },
    MINUTE,
  );

  it(
    'is one for a wallet, changed by whoever may, and hidden from others',
    async () => {
      const plan = await newPlan(system);
      const ana = await subscribe(system, plan);
      const again = await system.api.post('/v1/subscriptions', { wallet: ana.wallet, plan });
      expect(again.body).toMatchObject({ code: 'already_subscribed' });
      const stranger = await newUser(system.api);
      const hidden = await system.api.post(
        `/v1/subscriptions/${ana.id}/cancel`,
        {},
        {
          actAs: stranger,
        },
      );
      expect(hidden.status).toBe(404);
      const own = await system.api.post(
        `/v1/subscriptions/${ana.id}/cancel`,
        {},
        {
          actAs: ana.wallet,
        },
      );
      expect(own.status).toBe(200);
      const back = await system.api.run(`/v1/subscriptions/${ana.id}/resume`, {});
      expect(back.subscription).toMatchObject({ status: 'active', cancel_at: null });
    },
    MINUTE,
  );

  it(
    'is not changed when the larger plan cannot be paid',
    async () => {
      const plan = await newPlan(system);
      const ana = await subscribe(system, plan);
      const bigger = await newPlan(system, { price: { amount: 9_000, currency: 'usd' } });
      await changeCard(system, ana, FAILING_CARD);
      const refused = await system.api.post(`/v1/subscriptions/${ana.id}/change`, { plan: bigger });
      expect(refused.body).toMatchObject({ code: 'payment_refused' });
      expect(await shown(ana)).toMatchObject({ plan, status: 'active' });
      expect(await balance(ana)).toBe('100');
    },
    MINUTE,
  );

  it(
    'shows the invoices of a payment, asked from Stripe for each click',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      const [bill] = await payments(ana);
      const links = await system.api.get(`/v1/wallets/${ana.wallet}/payments/${bill.id}/links`);
      expect(links.body).toMatchObject({ invoice_url: expect.stringMatching(/^http/) });
      const left = await system.database.db`select count(*)::int as left from bursar.previews`;
      expect(left).toEqual([{ left: 0 }]);
    },
    MINUTE,
  );

  it(
    'opens the portal for one click, and keeps its address nowhere',
    async () => {
      const ana = await subscribe(system, await newPlan(system));
      const path = `/v1/wallets/${ana.wallet}/portal-session`;
      const { body } = await system.api.post(path, { return_url: 'http://localhost/billing' });
      const page = await fetch(body.url);
      expect(await page.text()).toContain('Pro');
      const again = await system.api.post(path, {});
      expect(again.body.url).not.toBe(body.url);
      const configurations = await system.emulator.stripe('/v1/billing_portal/configurations');
      const ours = configurations.data.filter(
        (one: { metadata: object }) => 'bursar' in one.metadata,
      );
      expect(ours).toHaveLength(1);
      expect(ours[0].features.subscription_update.enabled).toBe(false);
      const stranger = await newUser(system.api);
      const none = await system.api.post(`/v1/wallets/${stranger}/portal-session`, {});
      expect(none.status).toBe(404);
    },
    MINUTE,
  );

  it(
    'warns when a smaller plan has fewer seats than are taken, and takes none away',
    async () => {
      const { org, members } = await newOrganization(system.api, { members: 3, credits: '1' });
      const plan = await newPlan(system, { seats: 1, audience: 'org' });
      const team = await subscribe(system, plan, { wallet: org, quantity: 3 });
      const bare = org.slice('org:'.length);
      for (const member of members) {
        const seat = `/v1/organizations/${bare}/seats/${member.slice('user:'.length)}`;
        expect((await system.api.put(seat)).status).toBe(200);
      }
      const { subscription } = await system.api.run(`/v1/subscriptions/${team.id}/change`, {
        quantity: 2,
      });
      expect(subscription).toMatchObject({ seats: { over: [] }, next: { quantity: 2 } });
      await passPeriod(system, team);
      expect((await shown(team)).seats).toEqual({ included: 2, assigned: 3, over: [members[2]] });
      expect(await balance(team)).toBe('501');
      await until('an administrator is told', async () => {
        const { body } = await system.api.get('/v1/notifications', { actAs: members[0] ?? '' });
        return body.data.some(
          (one: { kind: string }) => one.kind === 'subscription-seats-exceeded',
        );
      });
    },
    MINUTE,
  );
});
