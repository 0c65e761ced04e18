import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { until } from '../harness/until.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { atStripe, bought, finished, reconcile } from './reconciling.ts';

const LIMIT_MS = 300_000;

describe('the money at Stripe, day by day', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, LIMIT_MS);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  /** Of each sort of movement one; fees are 2.9 % and 0.30 for a charge and 15.00 for a dispute. */
  const DAY = {
    currency: 'usd',
    opening: '0',
    inflow: '1000',
    fees: '-1590',
    refunds: '-200',
    disputes: '-500',
    payouts: '-400',
    other: '0',
    closing: '-1690',
    outside: '0',
    difference: '0',
  };
  const movesOnce = async () => {
    const order = await bought(system);
    await system.emulator.refund(order.charge, 200);
    const other = await bought(system);
    await system.emulator.dispute(other.charge);
    await system.emulator.payOut(400, 'usd');
    await untilQuiet(system, 60_000);
  };

  it('goes from opening to closing without a difference, payouts included', async () => {
    await movesOnce();
    const looked = await reconcile(system, 'dry_run');
    expect(looked.run.report.money_proof).toMatchObject({
      holds: true,
      items: [{ why: 'account', amount: -400 }],
      statement: [{ payouts: '0', difference: '-400' }],
    });
    const { run, findings } = await reconcile(system, 'repair');
    expect(findings).toEqual([]);
    expect(run.report.money_proof).toMatchObject({ holds: true, items: [], in_flight: [] });
    const { statement } = run.report.money_proof;
    expect(statement).toEqual([{ ...DAY, day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }]);
    const again = await reconcile(system, 'repair');
    expect(again.run.report.money_proof.statement).toEqual(statement);
    const csv = await system.api.get(`/v1/reconciliations/${run.id}/statement.csv`);
    expect(csv.text.split('\r\n')).toEqual([
      'day,currency,opening,inflow,fees,refunds,disputes,payouts,other,closing,outside,difference',
      `${statement[0].day},usd,0.00,10.00,-15.90,-2.00,-5.00,-4.00,0.00,-16.90,0.00,0.00`,
      '',
    ]);
  });

  it('opens with what stood there before the window', async () => {
    const from = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 1_000);
    await until('the second is over', async () => Date.now() > from.getTime() || null);
    await bought(system);
    const to = new Date(Date.now() + 86_400_000).toISOString();
    const asked = { mode: 'repair', from: from.toISOString(), to };
    const { body } = await system.api.post('/v1/reconciliations', asked, { key: null });
    const run = await finished(system, body.id);
    expect(run.report.money_proof.statement).toMatchObject([
      { opening: '-1690', inflow: '500', fees: '-45', closing: '-1235', difference: '0' },
    ]);
  });

  it('shows beside the book what is not ours, and as a difference what is ours and not booked', async () => {
    await atStripe(system, '/v1/payment_intents', {
      amount: '900',
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: 'true',
      'automatic_payment_methods[enabled]': 'true',
      'automatic_payment_methods[allow_redirects]': 'never',
    });
    await system.database.db`
      with gone as (delete from bursar.cash_entries where booking = (
        select id from bursar.cash_bookings where category = 'refund') returning booking)
      select from gone`;
    await system.database.db`delete from bursar.cash_bookings where category = 'refund'`;
    const { run } = await reconcile(system, 'dry_run');
    expect(run.report.money_proof.statement).toMatchObject([
      { refunds: '0', outside: '844', difference: '-200' },
    ]);
    const repaired = await reconcile(system, 'repair');
    expect(repaired.run.report.money_proof.statement).toMatchObject([
      { refunds: '-200', outside: '844', difference: '0' },
    ]);
  });

  it('is only for operators, and only of runs that proved something', async () => {
    const { wallet } = await bought(system);
    const { run } = await reconcile(system, 'repair');
    const path = `/v1/reconciliations/${run.id}/statement.csv`;
    expect((await system.api.get(path, { actAs: wallet })).status).toBe(403);
    await system.database.db`update bursar.reconciliation_runs set report = null`;
    const unproven = await system.api.get(path);
    expect(unproven.body.code).toBe('reconciliation_not_proven');
  });
});
