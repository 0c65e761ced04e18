import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Order } from '../harness/checkout-visitor.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { bought, ordered, reconcile } from './reconciling.ts';
import { unheard } from './seeded-faults.ts';

const LIMIT_MS = 240_000;

describe('as many repairs as one run may make', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({
      backend: 'postgres',
      settings: { RECONCILIATION_REPAIRS_MAX: '1' },
    });
  }, LIMIT_MS);
  afterAll(async () => {
    // Closed by the test, and not by deleting its owner.
    await system.database.db`update bursar.wallets set closed_at = null`;
    await expectSoundLedger(system.database);
    await system.stop();
  });

  /** As after a restored backup: Stripe has the page and its payment, we have nothing. */
  const lost = async (): Promise<Order> => {
    const order = await ordered(system);
    await system.database.db.begin(async (tx) => {
      const gone = await tx<{ operation: string }[]>`
        delete from bursar.purchases where checkout_session = ${order.session} returning operation`;
      await tx`delete from bursar.operations where key = ${gone[0]?.operation ?? ''}::uuid`;
    });
    await unheard(system, () => system.emulator.pay(order.session));
    return order;
  };

  it('are left to what a run can repair, however many orders wait for a person', async () => {
    const old = await bought(system);
    await lost();
    const order = await lost();
    // Nobody can get these credits, so no run can rebuild the order either.
    await system.database.db`
      update bursar.wallets set closed_at = now() where owner = ${order.wallet}`;
    const first = await reconcile(system, 'repair');
    expect(first.findings.map(({ class: kind, result }) => [kind, result])).toEqual([
      ['ORPHAN_SESSION', 'reported'],
      ['ORPHAN_SESSION', 'reported'],
    ]);
    expect(first.run).toMatchObject({ state: 'complete', report: { stopped: false } });

    await unheard(system, () => system.emulator.refund(old.charge, 500));
    const second = await reconcile(system, 'repair');
    expect(second.findings).toContainEqual(
      expect.objectContaining({ class: 'REFUND_NOT_CLAWED', result: 'repaired' }),
    );
    expect(second.run).toMatchObject({ state: 'complete', report: { stopped: false } });
    expect((await system.api.wallet(old.wallet)).balance).toBe('0');
  });

  it('are never exceeded, and what waits for a person still says how to decide', async () => {
    const [one, other] = [await bought(system), await bought(system)];
    await unheard(system, async () => {
      await system.emulator.refund(one.charge, 500);
      await system.emulator.refund(other.charge, 500);
    });
    const { run, findings } = await reconcile(system, 'repair');
    expect(run).toMatchObject({ state: 'partial', report: { stopped: true, repaired: 1 } });
    const results = findings
      .filter(({ class: kind }) => kind === 'REFUND_NOT_CLAWED')
      .map(({ result }) => result);
    expect(results).toHaveLength(2);
    expect(new Set(results)).toEqual(new Set(['repaired', 'stopped']));
    expect(findings).toContainEqual(
      expect.objectContaining({
        class: 'ORPHAN_SESSION',
        result: 'reported',
        detail: expect.stringContaining('/review approves or dismisses it'),
      }),
    );
    expect((await reconcile(system, 'repair')).run).toMatchObject({ state: 'complete' });
  });
});
