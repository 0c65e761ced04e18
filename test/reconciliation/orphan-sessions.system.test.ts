import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import type { Order } from '../harness/checkout-visitor.ts';
import { completionOf } from '../payments/paid-session.ts';
import { unheard } from './seeded-faults.ts';
import { bought, ordered, reconcile, untilBalance } from './reconciling.ts';

const LIMIT_MS = 120_000;

describe('a paid page whose order is missing', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, LIMIT_MS);
  afterAll(async () => {
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
  const orphanOf = async (order: Order) => {
    const { findings } = await reconcile(system, 'repair');
    return findings.find((one) => one.class === 'ORPHAN_SESSION' && one.subject === order.session);
  };
  const decide = (id: string, decision: string) =>
    system.api.post(
      `/v1/purchases/${id}/review`,
      { decision, reason: 'The customer has the receipt' },
      { key: null },
    );
  const nothingFound = async () => {
    await untilQuiet(system, 60_000);
    expect((await reconcile(system, 'repair')).findings).toEqual([]);
  };

  it('is looked at without a trace by a dry run', async () => {
    const order = await lost();
    const { findings } = await reconcile(system, 'dry_run');
    const orphan = findings.find(({ subject }) => subject === order.session);
    expect(orphan).toMatchObject({
      class: 'ORPHAN_SESSION',
      repair: 'assisted',
      result: 'reported',
      credits: '500',
      minor: 500,
      purchase: null,
    });
    expect((await system.api.get(`/v1/purchases/${order.id}`)).status).toBe(404);
    await orphanOf(order);
    expect((await decide(order.id, 'dismiss')).status).toBe(200);
    await nothingFound();
  });

  it('gets its order back, which credits nothing until an operator approves', async () => {
    const order = await lost();
    const first = await orphanOf(order);
    expect(first).toMatchObject({ result: 'reported', state: 'open', wallet: order.wallet });
    expect(first.detail).toContain(`POST /v1/purchases/${order.id}/review`);
    const shown = await system.api.get(`/v1/purchases/${order.id}`);
    expect(shown.body).toMatchObject({
      status: 'needs_review',
      credits: '500',
      total: { amount: 500 },
    });
    // Whatever Stripe says again: nobody has decided.
    await system.emulator.resend((await completionOf(system, order)).id);
    await untilQuiet(system, 60_000);
    const again = await orphanOf(order);
    expect(again).toMatchObject({ id: first.id, state: 'open', purchase: order.id });
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0', version: 0 });
    const waiting = (await system.api.get('/v1/attention')).body.data;
    const told = waiting.find(({ subject }: { subject: string }) => subject === first.id);
    expect(told).toMatchObject({ kind: 'reconciliation_case' });
    expect(told.remedy).toContain(`/v1/purchases/${order.id}/review`);
    expect(waiting).toContainEqual(
      expect.objectContaining({ kind: 'payment_in_review', subject: order.id }),
    );

    expect((await decide(order.id, 'approve')).status).toBe(200);
    await untilBalance(system, order.wallet, '500');
    expect((await decide(order.id, 'approve')).body.code).toBe('purchase_not_in_review');
    await nothingFound();
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
    const closed = await system.api.get(`/v1/reconciliation-cases/${first.id}`);
    expect(closed.body).toMatchObject({ state: 'repaired', remedy: null });
  });

  it('is credited by the next run when the job of an approval is lost', async () => {
    const order = await lost();
    await orphanOf(order);
    await system.database.db`
      update bursar.purchases set approved_at = now(), approved_by = 'test', approval_reason = 'test'
      where checkout_session = ${order.session}`;
    const { findings } = await reconcile(system, 'repair');
    expect(findings).toMatchObject([{ class: 'MISSING_GRANT', result: 'repaired' }]);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
  });

  it('is never credited once an operator has dismissed it', async () => {
    const order = await lost();
    await orphanOf(order);
    expect((await decide(order.id, 'dismiss')).body).toMatchObject({ status: 'failed' });
    await system.emulator.resend((await completionOf(system, order)).id);
    await nothingFound();
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0', version: 0 });
    expect((await decide(order.id, 'approve')).status).toBe(409);
  });

  it('cannot be approved once its wallet is closed, only dismissed', async () => {
    const order = await lost();
    await orphanOf(order);
    const left = await system.api.delete(`/v1/users/${order.wallet.slice('user:'.length)}`, {});
    expect(left.body).toMatchObject({ deleted: true });
    expect((await decide(order.id, 'approve')).body).toMatchObject({ code: 'wallet_closed' });
    expect((await decide(order.id, 'dismiss')).body).toMatchObject({ status: 'failed' });
    await nothingFound();
  });

  it('would be found if it had been granted although an operator had dismissed it', async () => {
    const { session } = await bought(system);
    const { db } = system.database;
    await db`
      update bursar.purchases set dismissed_at = now(), dismissed_by = 'test', dismissal_reason = 'test',
        paid_total = paid_total - 1
      where checkout_session = ${session}`;
    const { findings } = await reconcile(system, 'dry_run');
    expect(findings).toMatchObject([{ class: 'AMOUNT_MISMATCH', subject: session }]);
    await db`
      update bursar.purchases set dismissed_at = null, dismissed_by = null, dismissal_reason = null,
        paid_total = paid_total + 1
      where checkout_session = ${session}`;
    await nothingFound();
  });

  it('is nothing for the person who paid to decide', async () => {
    const order = await lost();
    await orphanOf(order);
    const body = { decision: 'approve', reason: 'I want it' };
    const asked = await system.api.post(`/v1/purchases/${order.id}/review`, body, {
      key: null,
      actAs: order.wallet,
    });
    expect(asked.status).toBe(403);
  });
});
