import { afterAll, beforeAll, expect, it } from 'vitest';
import { newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { atStripe, newPlan, orderPlan, settled } from '../harness/subscriber.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const MINUTE = 60_000;

describeOnBackends('a wallet that is subscribed twice', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
  }, MINUTE);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  }, MINUTE);

  const statuses = async (wallet: string): Promise<string[]> => {
    const { body } = await system.api.get(`/v1/wallets/${wallet}/subscriptions`);
    return body.data.map(({ status }: { status: string }) => status);
  };
  const sessionStatus = async (session: string): Promise<string> =>
    (await system.emulator.stripe(`/v1/checkout/sessions/${session}`)).status;
  const attention = async (wallet: string) =>
    (await system.api.get('/v1/attention')).body.data.filter(({ detail }: { detail: string }) =>
      detail.includes(wallet),
    );

  it(
    'can pay at the page of the later order only',
    async () => {
      const wallet = await newUser(system.api);
      const plan = await newPlan(system);
      const first = await orderPlan(system, { wallet, plan });
      const second = await orderPlan(system, { wallet, plan });
      expect(await sessionStatus(first.session)).toBe('expired');
      expect((await system.emulator.pay(first.session)).status).not.toBe(200);
      await system.emulator.pay(second.session);
      await settled(system);
      expect((await system.api.wallet(wallet)).balance).toBe('100');
      expect(await statuses(wallet)).toEqual(['active', 'replaced']);
      expect(await attention(wallet)).toEqual([]);
    },
    MINUTE,
  );

  it(
    'is refused the second order when the first was paid unheard',
    async () => {
      const wallet = await newUser(system.api);
      const plan = await newPlan(system);
      const first = await orderPlan(system, { wallet, plan });
      await system.emulator.deliveries('pause');
      await system.emulator.pay(first.session);
      const refused = await system.api.post('/v1/subscriptions', { wallet, plan });
      expect(refused.body).toMatchObject({ code: 'already_subscribed' });
      await system.emulator.deliveries('normal', { flush: true });
      await settled(system);
      expect((await system.api.wallet(wallet)).balance).toBe('100');
      expect(await statuses(wallet)).toEqual(['replaced', 'active']);
      const { data } = await system.emulator.stripe('/v1/checkout/sessions?status=open&limit=100');
      expect(
        data.filter((one: { metadata: { wallet?: string } }) => one.metadata.wallet === wallet),
      ).toEqual([]);
    },
    MINUTE,
  );

  it(
    'and has paid both pages all the same is granted one, and gets the money of the other back',
    async () => {
      const wallet = await newUser(system.api);
      const plan = await newPlan(system);
      const first = await orderPlan(system, { wallet, plan });
      const second = await orderPlan(system, { wallet, plan });
      const late = await anotherPageFor(system, first.session);
      await system.emulator.pay(second.session);
      await settled(system);
      await system.emulator.pay(late);
      await settled(system);
      const { subscription } = await system.emulator.stripe(`/v1/checkout/sessions/${late}`);
      await until('the second one has ended and is paid back', async () => {
        const [one] = await attention(wallet);
        return one?.detail.includes('all its money went back') === true;
      });
      expect(await attention(wallet)).toMatchObject([
        { kind: 'subscription_doubled', subject: first.id },
      ]);
      expect(await system.emulator.stripe(`/v1/subscriptions/${subscription}`)).toMatchObject({
        status: 'canceled',
      });
      expect(await statuses(wallet)).toEqual(['active', 'canceled']);
      const { body } = await system.api.get(`/v1/wallets/${wallet}/subscriptions`);
      expect(body.data[1]).toMatchObject({ id: first.id, duplicate_of: second.id });
      expect((await system.api.get(`/v1/wallets/${wallet}/subscription`)).body.id).toBe(second.id);
      expect((await system.api.wallet(wallet)).balance).toBe('100');
      const payments = (await system.api.get(`/v1/wallets/${wallet}/payments`)).body.data;
      expect(payments.map(({ credits }: { credits: string }) => credits).toSorted()).toEqual([
        '0',
        '100',
      ]);
    },
    2 * MINUTE,
  );
});

/** A page that was open for an order before another order took its place, as an older release left it. */
async function anotherPageFor(system: WholeSystem, session: string): Promise<string> {
  const like = await system.emulator.stripe(`/v1/checkout/sessions/${session}`);
  const items = await system.emulator.stripe(`/v1/checkout/sessions/${session}/line_items`);
  const metadata = Object.entries<string>(like.metadata).flatMap(([key, value]) => [
    [`metadata[${key}]`, value],
    [`subscription_data[metadata][${key}]`, value],
  ]);
  const page = await atStripe(system, '/v1/checkout/sessions', {
    mode: 'subscription',
    customer: like.customer,
    client_reference_id: like.client_reference_id,
    'line_items[0][price]': items.data[0].price.id,
    'line_items[0][quantity]': '1',
    success_url: 'http://localhost/',
    ...Object.fromEntries(metadata),
  });
  return page.id;
}
