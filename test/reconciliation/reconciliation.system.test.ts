import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { bought, finished, ordered, reconcile } from './reconciling.ts';
import { CODES_LEFT_TO_PEOPLE, CODES_REPAIRED } from './seeded-code-faults.ts';
import { LEFT_TO_PEOPLE, REPAIRED } from './seeded-faults.ts';

const LIMIT_MS = 300_000;

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
    expect(proof).toMatchObject({ holds: true, items: [], in_flight: [] });
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

  const classesOf = (findings: { class: string }[]) => findings.map((one) => one.class);

  it.each([...REPAIRED, ...CODES_REPAIRED])(
    'payment case 77: $what gives exactly one row, $finds, and is repaired once',
    async ({ finds, seed }) => {
      await seed(system);
      const looked = await reconcile(system, 'dry_run');
      expect(classesOf(looked.findings)).toEqual([finds]);
      expect(looked.findings[0]).toMatchObject({
        state: 'open',
        repair: 'auto',
        result: 'reported',
      });
      const repaired = await reconcile(system, 'repair');
      expect(repaired.findings).toMatchObject([
        { id: looked.findings[0].id, class: finds, result: 'repaired', state: 'repaired' },
      ]);
      expect(repaired.run).toMatchObject({
        state: 'complete',
        report: { repaired: 1, unresolved: 0 },
      });
      expect(repaired.run.report.money_proof.holds).toBe(true);
      expect((await reconcile(system, 'repair')).findings).toEqual([]);
    },
  );

  it.each([...LEFT_TO_PEOPLE, ...CODES_LEFT_TO_PEOPLE])(
    'payment case 77: $what gives exactly one row, $finds, which no run touches',
    async ({ finds, seed }) => {
      const undo = await seed(system);
      await untilQuiet(system, 60_000);
      const first = await reconcile(system, 'repair');
      expect(classesOf(first.findings)).toEqual([finds]);
      expect(first.run.report).toMatchObject({ repaired: 0, unresolved: 1 });
      const again = await reconcile(system, 'repair');
      expect(again.findings).toMatchObject([
        {
          id: first.findings[0].id,
          result: 'reported',
          repair: 'manual',
          first_seen: first.findings[0].first_seen,
        },
      ]);
      await undo?.();
      await untilQuiet(system, 60_000);
      expect((await reconcile(system, 'dry_run')).findings).toEqual([]);
      const { body } = await system.api.get(`/v1/reconciliation-cases/${first.findings[0].id}`);
      expect(body).toMatchObject({ state: 'repaired', closed_by: null });
    },
  );

  it('payment case 77: of two reconcilers at once one runs', async () => {
    const asked = await Promise.all(
      [1, 2, 3].map(() => system.api.post('/v1/reconciliations', {}, { key: null })),
    );
    const runs = await Promise.all(asked.map(({ body }) => finished(system, body.id)));
    const states = runs.map(({ state }) => state);
    expect(states).toContain('complete');
    for (const state of states) expect(['complete', 'skipped']).toContain(state);
    const times = runs
      .filter(({ state }) => state === 'complete')
      .map(
        ({ started_at, finished_at }) => [Date.parse(started_at), Date.parse(finished_at)] as const,
      )
      .toSorted(([a], [b]) => a - b);
    for (const [at, [start]] of times.entries()) {
      expect(start).toBeGreaterThanOrEqual(times[at - 1]?.[1] ?? 0);
    }
  });

  it('an operator closes a case with a reason, and it stays closed until it changes', async () => {
    const undo = await LEFT_TO_PEOPLE[0]?.seed(system);
    await untilQuiet(system, 60_000);
    const { findings } = await reconcile(system, 'dry_run');
    const path = `/v1/reconciliation-cases/${findings[0].id}`;
    expect((await system.api.get('/v1/money-at-risk')).body).toEqual({
      cases: 1,
      parked: 0,
      oldest_seconds: expect.any(Number),
      credits: '0',
      money: [{ amount: 700, currency: 'usd' }],
    });
    expect((await system.api.post(`${path}/resolution`, {}, { key: null })).status).toBe(400);
    const reason = '=cmd: paid for a workshop';
    const closed = await system.api.post(`${path}/resolution`, { reason }, { key: null });
    expect(closed.body).toMatchObject({ state: 'resolved', reason, closed_by: expect.any(String) });
    const twice = await system.api.post(`${path}/resolution`, { reason }, { key: null });
    expect(twice.body.code).toBe('case_not_open');
    const later = await reconcile(system, 'repair');
    expect(later.findings).toMatchObject([{ result: 'accepted', state: 'resolved' }]);
    expect(later.run.report).toMatchObject({ unresolved: 0 });
    const { text } = await system.api.get(`/v1/reconciliations/${later.run.id}/findings.csv`);
    expect(text.split('\r\n')[0]).toMatch(/^id,class,severity,result,state,/);
    expect(text).toContain('ORPHAN_CHARGE,critical,accepted,resolved');
    expect(text).toContain("'=cmd: paid for a workshop");
    expect((await system.api.get('/v1/money-at-risk')).body.cases).toBe(0);
    await system.database.db`update bursar.reconciliation_cases set actual = 'something else'`;
    expect((await reconcile(system, 'dry_run')).findings).toMatchObject([{ state: 'open' }]);
    await undo?.();
    await untilQuiet(system, 60_000);
    expect((await reconcile(system, 'dry_run')).findings).toEqual([]);
  });

  it('nobody but an operator sees any of it', async () => {
    const { wallet } = await ordered(system);
    for (const path of ['reconciliations', 'reconciliation-cases', 'money-at-risk']) {
      expect((await system.api.get(`/v1/${path}`, { actAs: wallet })).status).toBe(403);
    }
  });

  it('a payment for somebody who was deleted is left to people, and holds no run up', async () => {
    const { wallet, session } = await ordered(system);
    await system.database.db`
      update bursar.purchases set status = 'expired', settled_at = now() where checkout_session = ${session}`;
    const gone = await system.api.delete(`/v1/users/${wallet.slice('user:'.length)}`);
    expect(gone.status, gone.text).toBeLessThan(300);
    await system.emulator.pay(session);
    await untilQuiet(system, 60_000);
    const { run, findings } = await reconcile(system, 'repair');
    expect(findings).toMatchObject([
      { class: 'PAID_AFTER_CLOSING', repair: 'manual', result: 'reported', wallet },
    ]);
    expect(run).toMatchObject({ state: 'complete', report: { unresolved: 1 } });
  });
});
