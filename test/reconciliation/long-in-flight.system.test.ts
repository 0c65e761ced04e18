import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { reconcile } from './reconciling.ts';

const LIMIT_MS = 120_000;
/** Runs of these tests end a day ahead. */
const DAYS_AHEAD = 1;

describe('money that one side tells of alone', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, LIMIT_MS);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const booked = async (payment: string, kind: string, days: number): Promise<void> => {
    const isSettled = kind === 'settlement';
    const amount = isSettled ? 500 : -500;
    const fact = {
      id: isSettled ? `txn_${payment}` : 'refund:re_1',
      kind,
      payment_intent: payment,
      leg: 'refund:re_1',
      category: isSettled ? 'refund' : null,
      happened_at: new Date(Date.now() - days * 86_400_000).toISOString(),
      entries: [
        { account: isSettled ? 'balance' : 'refunds', currency: 'usd', amount: -amount },
        { account: 'clearing', currency: 'usd', amount },
      ],
    };
    await system.database.db`select bursar.book_cash(${JSON.stringify([fact])}::text::jsonb)`;
  };
  const found = async () => (await reconcile(system, 'repair', DAYS_AHEAD)).findings;

  it('is on its way for two weeks, and found after them although nothing moves any more', async () => {
    await booked('pi_young', 'settlement', 14 - DAYS_AHEAD - 0.1);
    expect(await found()).toEqual([]);
    await booked('pi_old', 'settlement', 14 - DAYS_AHEAD + 0.1);
    const [finding, ...others] = await found();
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      class: 'CASH_IN_FLIGHT_TOO_LONG',
      subject: 'pi_old/refund:re_1',
      minor: -500,
      state: 'open',
    });
    expect(await found()).toMatchObject([{ id: finding.id, state: 'open' }]);
  });

  it('is in order once the other side has come', async () => {
    await booked('pi_old', 'refund', 3);
    expect(await found()).toEqual([]);
    const cases = await system.api.get('/v1/reconciliation-cases?state=open');
    expect(cases.body.data).toEqual([]);
  });
});
