import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../services/cli/test/run-cli.ts';
import type { Order } from '../harness/checkout-visitor.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { paidUnheard } from '../payments/paid-session.ts';
import { reconcile } from './reconciling.ts';
import { unheard } from './seeded-faults.ts';

const LIMIT_MS = 180_000;
const ATTEMPTS = 5;

describe('a repair that always fails', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  let order: Order;
  beforeAll(async () => {
    system = await startWholeSystem({
      backend: 'postgres',
      settings: { RECONCILIATION_GRACE_SECONDS: '0' },
    });
    order = await unheard(system, () => paidUnheard(system));
    await system.database.db.unsafe(`
      create function bursar.break_order() returns trigger language plpgsql as $$
      begin
        if new.transaction_id is not null and new.checkout_session = '${order.session}' then
          raise exception 'a defect of this release';
        end if;
        return new;
      end $$;
      create trigger break_order before update on bursar.purchases
        for each row execute function bursar.break_order()`);
  }, LIMIT_MS);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const one = async () => {
    const { run, findings } = await reconcile(system, 'repair');
    expect(findings).toHaveLength(1);
    return { run, finding: findings[0] };
  };
  const reached = async () => {
    const [row] = await system.database.db<{ reached: Date }[]>`
      select reached from bursar.reconciliation_cursors where kind = 'light'`;
    return row?.reached ?? new Date(0);
  };
  const untilParked = async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
      const { run, finding } = await one();
      expect(run).toMatchObject({ state: 'partial', report: { parked: 0 } });
      expect(finding).toMatchObject({ result: 'failed', state: 'open', failures: attempt });
    }
    return one();
  };

  it('holds runs up so often and no longer, and is told as what it is', async () => {
    const { run, finding } = await untilParked();
    expect(finding).toMatchObject({
      class: 'MISSING_GRANT',
      result: 'parked',
      state: 'parked',
      failures: ATTEMPTS,
    });
    expect(finding.remedy).toContain(`/v1/reconciliation-cases/${finding.id}/retry`);
    expect(run).toMatchObject({
      state: 'complete',
      report: { parked: 1, unresolved: 1, partial_reasons: [] },
    });
    const sessions = run.report.passes.find(({ name }: { name: string }) => name === 'sessions');
    expect(sessions).toMatchObject({
      parked: 1,
      at_risk: { credits: '500' },
      parked_cases: [expect.stringContaining(order.session)],
    });
    const risk = (await system.api.get('/v1/money-at-risk')).body;
    expect(risk).toMatchObject({ cases: 1, parked: 1, credits: '500' });
    expect(risk.oldest_seconds).toBeGreaterThanOrEqual(0);
    const parked = await system.api.get('/v1/reconciliation-cases?state=parked');
    expect(parked.body.data).toMatchObject([{ id: finding.id }]);
    expect((await system.api.get('/v1/reconciliation-cases?state=open')).body.data).toEqual([]);
    const before = await reached();
    await system.queues.enqueue('tick', { schedule: 'reconcile-light' });
    await until('the cursor has gone on', async () => (await reached()) > before, 60_000);
  });

  it('is not tried again while nothing changes, and again when Stripe tells of its object', async () => {
    const { finding } = await one();
    expect(finding).toMatchObject({ result: 'parked', failures: ATTEMPTS });
    await fetch(`${system.emulator.url}/_emu/objects/${order.session}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        set: { client_reference_id: order.id },
        announce: 'checkout.session.completed',
      }),
    });
    await until('the event has come', async () => {
      const rows = await system.database.db`
        select from bursar.stripe_events e join bursar.reconciliation_cases c on e.object_id = any (c.stripe_ids)
        where e.received_at > c.parked_at`;
      return rows.length > 0;
    });
    // Its own handling fails like any other; it is taken out of the way of the pass over sessions.
    await until('its job has died', async () => {
      const letters = await system.queues.listDeadLetters({ queue: 'payments', limit: 10 });
      return letters.length > 0;
    });
    await system.database.db`
      update bursar.stripe_events set status = 'processed', processed_at = now() where status = 'received'`;
    await untilQuiet(system, 60_000);
    const again = await one();
    expect(again.run.state).toBe('partial');
    expect(again.finding).toMatchObject({ id: finding.id, result: 'failed', failures: 1 });
  });

  it('is tried again when a person asks for it', async () => {
    let parked = await one();
    while (parked.finding.result !== 'parked') parked = await one();
    const env = { DATABASE_URL: system.database.url };
    const path = `/v1/reconciliation-cases/${parked.finding.id}/retry`;
    expect((await system.api.post(path, {}, { key: null })).body).toMatchObject({ state: 'open' });
    expect((await system.api.post(path, {}, { key: null })).body.code).toBe('case_not_parked');
    const asked = await runCli(['cases', 'retry', parked.finding.id], env);
    expect(asked).toMatchObject({ exitCode: 1 });
    await system.database.db.unsafe('drop trigger break_order on bursar.purchases');
    const { finding, run } = await one();
    expect(finding).toMatchObject({ result: 'repaired', state: 'repaired', failures: 0 });
    expect(run).toMatchObject({ state: 'complete', report: { parked: 0, unresolved: 0 } });
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
    expect((await reconcile(system, 'repair')).findings).toEqual([]);
  });
});
