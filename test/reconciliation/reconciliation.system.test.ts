import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { bought, reconcile } from './reconciling.ts';

const LIMIT_MS = 120_000;

describe('reconciling Stripe with the ledger', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, LIMIT_MS);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  it('payment case 77: a clean system gives an empty report, and its money is proven', async () => {
    const order = await bought(system);
    await system.emulator.refund(order.charge, 200);
    const other = await bought(system);
    await system.emulator.dispute(other.charge);
    await system.emulator.dispute(other.charge, 'won');
    await untilQuiet(system, 60_000);
    const { run, findings } = await reconcile(system, 'dry_run');
    expect(findings).toEqual([]);
    expect(run).toMatchObject({
      state: 'complete',
      report: { unresolved: 0, partial_reasons: [] },
    });
    const proof = run.report.money_proof;
    expect(proof).toMatchObject({ holds: true, items: [], inFlight: [] });
    expect(proof.rows.map((row: { category: string }) => row.category)).toEqual([
      'charge',
      'dispute',
      'dispute_reversal',
      'refund',
    ]);
    for (const { stripe, ledger, residual } of proof.rows) {
      expect(ledger).toEqual(stripe);
      expect(residual).toEqual({ amount: '0', fee: '0' });
    }
  });
});
