import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, type Order } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import type { Answered } from '../harness/system-api.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { eventsAbout } from './paid-session.ts';

const LIMIT_MS = 300_000;

describe('money that went back', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({
      backend: 'postgres',
      // Credits and cents differ by half, so that one taken for the other shows.
      settings: { CREDITS_PER_UNIT: '50', REVERSAL_GRACE_DAYS: '0' },
    });
  }, LIMIT_MS);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  type Bought = Order & { charge: string };
  /** 500 credits for 10.00 usd, paid and granted. */
  const bought = async (): Promise<Bought> => {
    const wallet = await newUser(system.api);
    const order = await placeOrder(system.api, { wallet, pack: 'starter' });
    expect(order).toMatchObject({ credits: '500', subtotal: { amount: 1000, currency: 'usd' } });
    await system.emulator.pay(order.session);
    await until('it is paid', async () => (await system.api.wallet(wallet)).balance === '500');
    await untilQuiet(system, 60_000);
    const path = `/v1/checkout/sessions/${order.session}?expand[]=payment_intent`;
    const { payment_intent: intent } = await system.emulator.stripe(path);
    return { ...order, charge: intent.latest_charge };
  };
  /** What a bank does beyond the simple outcomes. */
  const control = async (path: string, claim: object) => {
    const response = await fetch(`${system.emulator.url}/_emu${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(claim),
    });
    const body: Answered['body'] = await response.json();
    expect(response.status, JSON.stringify(body)).toBe(200);
    return body;
  };
  const bankDisputes = async (charge: string, claim: object) =>
    (await control(`/charges/${charge}/dispute`, claim)).dispute;
  const becomes = async (order: Order, state: object) => {
    await untilQuiet(system, 60_000);
    const { balance, owed } = await system.api.wallet(order.wallet);
    const { body } = await system.api.get(`/v1/purchases/${order.id}`);
    expect({ balance, owed, status: body.status, taken: body.taken_back }).toMatchObject(state);
  };
  const spend = ({ wallet }: Order, amount: string) =>
    system.api.run('/v1/charges', { wallet, amount, product: 'render' });
  const hold = ({ wallet }: Order, amount: string) =>
    system.api.post('/v1/holds', { wallet, amount, product: 'render' });
  /** The movements of a wallet, the oldest first. */
  const movements = async ({ wallet }: Order): Promise<string[]> => {
    const { body } = await system.api.get(`/v1/wallets/${wallet}/transactions`);
    return body.data
      .map(({ kind, amount }: { kind: string; amount: string }) => `${kind} ${amount}`)
      .toReversed();
  };

  it('payment case 44: refunded after the credits were spent, the wallet owes and the gate to work is closed', async () => {
    const order = await bought();
    await spend(order, '480');
    const open = await hold(order, '20');
    expect(open.status).toBe(200);
    await system.api.run(`/v1/holds/${open.body.result.hold.id}/release`, {});
    await system.emulator.refund(order.charge);
    await becomes(order, { balance: '0', owed: '480', status: 'refunded', taken: '500' });
    const refused = await hold(order, '1');
    expect(refused).toMatchObject({ status: 409, body: { code: 'insufficient_credits' } });
  });

  it('payment case 45: a refund of one of two charges for an order leaves the grant of the other', async () => {
    const order = await bought();
    const response = await fetch(`${system.emulator.url}/v1/payment_intents`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_tests' },
      body: new URLSearchParams({
        amount: '1000',
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: 'true',
        'automatic_payment_methods[enabled]': 'true',
        'automatic_payment_methods[allow_redirects]': 'never',
        'metadata[purchase]': order.id,
        'metadata[kind]': 'order',
        'metadata[wallet]': order.wallet,
      }),
    });
    const second: Answered['body'] = await response.json();
    expect(second.status).toBe('succeeded');
    await becomes(order, { balance: '500', status: 'paid', taken: '0' });
    await system.emulator.refund(second.latest_charge);
    await becomes(order, { balance: '500', owed: '0', status: 'paid', taken: '0' });
    // The one that did pay for the credits still takes them along.
    await system.emulator.refund(order.charge);
    await becomes(order, { balance: '0', owed: '0', status: 'refunded', taken: '500' });
  });

  it('payment case 47: a dispute takes the credits once, though its opening and the withdrawal both tell of it', async () => {
    const order = await bought();
    const dispute = await bankDisputes(order.charge, {});
    await becomes(order, { balance: '0', owed: '0', status: 'disputed', taken: '500' });
    const told = (await eventsAbout(system, [dispute.id])).map(({ id, type }) => ({ id, type }));
    expect(told.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['charge.dispute.created', 'charge.dispute.funds_withdrawn']),
    );
    for (const { id } of [...told, ...told.toReversed()]) await system.emulator.resend(id);
    await becomes(order, { balance: '0', owed: '0', status: 'disputed', taken: '500' });
    expect(await movements(order)).toEqual([expect.any(String), expect.stringMatching(/ -500$/)]);
  });

  it('payment case 48: a won dispute returns exactly the credits that were taken, at 10 dollars for 500', async () => {
    const order = await bought();
    await spend(order, '120');
    await system.emulator.dispute(order.charge);
    await becomes(order, { balance: '0', owed: '120', status: 'disputed', taken: '500' });
    await system.emulator.dispute(order.charge, 'won');
    await becomes(order, { balance: '380', owed: '0', status: 'paid', taken: '0' });
  });

  it('payment case 49: won and then refunded, the credits are taken again, once', async () => {
    const order = await bought();
    await system.emulator.dispute(order.charge);
    await becomes(order, { balance: '0', taken: '500' });
    await system.emulator.dispute(order.charge, 'won');
    await becomes(order, { balance: '500', taken: '0' });
    await system.emulator.refund(order.charge);
    await becomes(order, { balance: '0', owed: '0', status: 'refunded', taken: '500' });
  });

  it('payment case 50: a refund of 40 % and a dispute of the rest take 100 % and no more', async () => {
    const order = await bought();
    await system.emulator.refund(order.charge, 400);
    await becomes(order, { balance: '300', owed: '0', status: 'paid', taken: '200' });
    await system.emulator.dispute(order.charge);
    await becomes(order, { balance: '0', owed: '0', status: 'disputed', taken: '500' });
    await system.emulator.dispute(order.charge, 'lost');
    await becomes(order, { balance: '0', owed: '0', status: 'disputed', taken: '500' });
  });

  it.each([
    { outcome: 'won', left: { balance: '500', status: 'paid', taken: '0' } },
    { outcome: 'lost', left: { balance: '350', taken: '150' } },
  ] as const)(
    'a dispute of a part ($outcome) takes that part, and no more comes back than was taken',
    async ({ outcome, left }) => {
      const order = await bought();
      const dispute = await bankDisputes(order.charge, { amount: 300 });
      expect(dispute).toMatchObject({ amount: 300, status: 'needs_response' });
      await becomes(order, { balance: '350', owed: '0', taken: '150' });
      await control(`/disputes/${dispute.id}/resolve`, { outcome });
      await becomes(order, { owed: '0', ...left });
    },
  );

  it('payment case 51: an inquiry that is opened and closed leaves no trace in the ledger', async () => {
    const order = await bought();
    const before = await system.api.wallet(order.wallet);
    for (const [claim, status] of [
      [{ kind: 'inquiry' }, 'warning_needs_response'],
      [{ outcome: 'lost' }, 'warning_closed'],
    ] as const) {
      expect(await bankDisputes(order.charge, claim)).toMatchObject({ status });
      await becomes(order, { balance: '500', owed: '0', status: 'paid', taken: '0' });
    }
    const { version } = await system.api.wallet(order.wallet);
    expect(version).toBe(before.version);
    expect(await movements(order)).toHaveLength(1);
  });

  it.each(['prevented', 'rdr'])(
    'payment case 52: a dispute that is over at once with its refund (%s) takes the credits once',
    async (kind) => {
      const order = await bought();
      const dispute = await bankDisputes(order.charge, { kind, paired_refund: true });
      expect(dispute.status).toBe(kind === 'rdr' ? 'lost' : 'prevented');
      await becomes(order, { balance: '0', owed: '0', taken: '500' });
      expect(await movements(order)).toEqual([expect.any(String), expect.stringMatching(/ -500$/)]);
      const { data } = await system.emulator.stripe(`/v1/refunds?charge=${order.charge}`);
      const events = await eventsAbout(system, [
        dispute.id,
        order.charge,
        ...data.map(({ id }: { id: string }) => id),
      ]);
      for (const { id } of events) await system.emulator.resend(id);
      await becomes(order, { balance: '0', owed: '0', taken: '500' });
      expect(await movements(order)).toHaveLength(2);
    },
  );

  it.each([
    { outcome: 'won', left: { balance: '500', status: 'paid', taken: '0' } },
    { outcome: 'lost', left: { balance: '0', status: 'disputed', taken: '500' } },
  ] as const)(
    'payment case 53: an update of a dispute that comes after it was closed ($outcome) is without effect',
    async ({ outcome, left }) => {
      const order = await bought();
      await system.emulator.deliveries('drop');
      const opened = await bankDisputes(order.charge, {});
      const updated = await fetch(`${system.emulator.url}/v1/disputes/${opened.id}`, {
        method: 'POST',
        headers: { Authorization: 'Bearer sk_test_tests' },
        body: new URLSearchParams({ 'evidence[customer_name]': 'Ada', submit: 'true' }),
      });
      expect(updated.status).toBe(200);
      await system.emulator.dispute(order.charge, outcome);
      await system.emulator.deliveries('normal');
      const events = await eventsAbout(system, [opened.id]);
      const sent = async (type: string) => {
        const event = events.find((one) => one.type === `charge.dispute.${type}`);
        await system.emulator.resend(event?.id ?? expect.fail(`There is no ${type}.`));
        await untilQuiet(system, 60_000);
      };
      await sent('closed');
      await becomes(order, left);
      const before = await movements(order);
      await sent('updated');
      await sent('created');
      await becomes(order, left);
      expect(await movements(order)).toEqual(before);
    },
  );

  // The last one: it moves the clock of Stripe, and pages cannot be opened for the past.
  it('payment case 43: a refund that is pending and fails after ten days gives the credits back', async () => {
    const order = await bought();
    const { refund } = await control(`/charges/${order.charge}/refund`, {
      amount: 400,
      status: 'pending',
    });
    expect(refund).toMatchObject({ status: 'pending', amount: 400 });
    await becomes(order, { balance: '300', status: 'paid', taken: '200' });
    await system.emulator.advance(10 * 86_400);
    await becomes(order, { balance: '300', taken: '200' });
    await control(`/refunds/${refund.id}/fail`, {});
    await becomes(order, { balance: '500', owed: '0', status: 'paid', taken: '0' });
  });
});
