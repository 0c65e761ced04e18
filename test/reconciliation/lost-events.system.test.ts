import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { visit } from '../harness/checkout-visitor.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { atStripe, chargeOf, ordered, reconcile, untilBalance } from './reconciling.ts';

const LIMIT_MS = 300_000;
const HOUR = 60 * 60;
const DAY = 24 * HOUR;

describe('events that come late, in any order, or never', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  // One each: time that was moved on at Stripe does not come back.
  beforeEach(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, LIMIT_MS);
  afterEach(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });
  const quiet = () => untilQuiet(system, 60_000);

  it('payment case 15: refund events that come before the checkout’s end in grant less claw', async () => {
    await system.emulator.deliveries('pause');
    const order = await ordered(system);
    await system.emulator.pay(order.session);
    await system.emulator.refund(await chargeOf(system, order), 200);
    await system.emulator.deliveries('reverse', { flush: true });
    await untilBalance(system, order.wallet, '300');
    await quiet();
    expect((await reconcile(system, 'dry_run')).findings).toEqual([]);
  });

  it('payment case 16: webhooks dropped for three hours are found in Stripe’s list and handled', async () => {
    await system.emulator.deliveries('drop');
    const order = await ordered(system);
    await system.emulator.pay(order.session);
    await system.emulator.advance(3 * HOUR);
    await system.emulator.deliveries('normal');
    const { run, findings } = await reconcile(system, 'repair');
    const classes = new Set(findings.map((one) => one.class));
    expect([...classes]).toEqual(['MISSED_EVENT']);
    expect(findings.every((one) => one.result === 'repaired')).toBe(true);
    expect(run).toMatchObject({ state: 'complete', report: { unresolved: 0 } });
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
    expect((await reconcile(system, 'repair')).findings).toEqual([]);
  });

  it('payment case 18: deliveries that arrive only after three days of tries are processed once and do no late damage', async () => {
    const { data } = await system.emulator.stripe('/v1/webhook_endpoints');
    const listenAt = (url: string) =>
      atStripe(system, `/v1/webhook_endpoints/${data[0].id}`, { url });
    await listenAt('http://127.0.0.1:1/nobody-listens');
    const order = await ordered(system);
    await system.emulator.pay(order.session);
    // The customer comes back from the page, so the credits are there, and half of them are spent.
    await visit(`${system.url}/checkout/return?session_id=${order.session}`);
    await untilBalance(system, order.wallet, '500');
    await system.api.run('/v1/charges', { wallet: order.wallet, amount: '250', product: 'render' });
    await system.emulator.refund(await chargeOf(system, order), 100);
    await system.emulator.advance(60 * HOUR);
    const waiting = await system.emulator.delivered();
    expect(waiting.map(({ state }) => state)).not.toContain('delivered');
    await listenAt(data[0].url);
    // The last try of each is made in the 66th hour.
    await system.emulator.advance(7 * HOUR);
    await until('all was told at last', async () =>
      (await system.emulator.delivered()).every(({ state }) => state === 'delivered'),
    );
    await quiet();
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '150', version: 3 });
    for (const event of new Set(waiting.map((one) => one.event)))
      await system.emulator.resend(event);
    await quiet();
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '150', version: 3 });
    expect((await reconcile(system, 'repair', 4)).findings).toEqual([]);
  });

  it('payment case 17: webhooks dropped for 31 days, whose events are gone, are made up for', async () => {
    await system.emulator.deliveries('drop');
    const order = await ordered(system);
    await system.emulator.pay(order.session);
    const refunded = await ordered(system);
    await system.emulator.pay(refunded.session);
    await system.emulator.refund(await chargeOf(system, refunded), 200);
    await system.emulator.advance(31 * DAY);
    await system.emulator.deliveries('normal');
    const { findings } = await reconcile(system, 'repair', 40);
    expect(findings.map((one) => [one.class, one.result])).toEqual([
      ['MISSING_GRANT', 'repaired'],
      ['MISSING_GRANT', 'repaired'],
    ]);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500' });
    expect(await system.api.wallet(refunded.wallet)).toMatchObject({ balance: '300' });
    const again = await reconcile(system, 'repair', 40);
    expect(again.findings).toEqual([]);
    expect(again.run.report.money_proof.holds).toBe(true);
  });

  it('a run stops repairing where so much differs that something else must be wrong', async () => {
    const careful = await startWholeSystem({
      backend: 'postgres',
      settings: { RECONCILIATION_REPAIRS_MAX: '1' },
    });
    try {
      await careful.emulator.deliveries('drop');
      for (let count = 0; count < 3; count += 1) {
        const order = await ordered(careful);
        await careful.emulator.pay(order.session);
      }
      await careful.emulator.advance(31 * DAY);
      const first = await reconcile(careful, 'repair', 40);
      expect(first.run).toMatchObject({
        state: 'partial',
        report: { stopped: true, repaired: 1, unresolved: 2 },
      });
      const results = first.findings.map((one) => one.result);
      expect(results.toSorted((a, b) => a.localeCompare(b))).toEqual([
        'repaired',
        'stopped',
        'stopped',
      ]);
    } finally {
      await careful.stop();
    }
  });
});
