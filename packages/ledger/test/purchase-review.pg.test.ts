import { randomUUID } from 'node:crypto';
import { toPublicId } from '@bursar/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilBlocked } from '../../../test/harness/held-lock.ts';
import {
  attachCheckout,
  fulfilPurchase,
  openPurchase,
  rebuildPurchase,
  reviewPurchase,
} from '../src/operations.ts';
import { decideReview, deleteUser, readAttention, type Database } from '../src/reads.ts';
import { bare, codeOf, openWorlds, type World } from './outcome-world.ts';
import { factsOf, orderOf, takeBack } from './purchase-fixtures.ts';
import { micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
let ingress: Database;
beforeAll(async () => {
  worlds = await openWorlds();
  ingress = worlds.database.connect('bursar_ingress');
});
afterAll(() => worlds.close());

const decide = (id: string, decision: 'approve' | 'dismiss', db: Database = ingress) =>
  decideReview(db, id, decision, 'key_operator', 'Its money went back.');

/** An order whose page says something else than was ordered; answers with both their ids. */
async function doubted(w: World): Promise<{ id: string; session: string }> {
  const [head, session] = [newHead(), randomUUID()];
  const opened = await openPurchase(w.worker, head, orderOf(w.zoe), 12);
  if (opened.verdict !== 'pending') throw new Error(`Not opened: ${codeOf(opened)}`);
  const id = String(opened.result['purchase']);
  const page = { session, url: 'http://localhost/pay', customer: 'cus', discount: 0 };
  await attachCheckout(w.worker, head, id, { ...page, promotion: null });
  await reviewPurchase(w.worker, session, 'Another sum was paid.');
  return { id, session };
}

async function rebuilt(w: World): Promise<{ id: string; session: string }> {
  const [id, session] = [randomUUID(), randomUUID()];
  const order = { ...orderOf(w.zoe), credits: BigInt(micro(10)), id, session, customer: 'cus' };
  expect(await rebuildPurchase(w.worker, order, 12)).toMatchObject({ status: 'needs_review' });
  return { id, session };
}

const leave = async (w: World) => {
  const left = await deleteUser(worlds.database.db, { id: bare(w.zoe), preview: false });
  expect(left).toMatchObject({ ok: true });
};

const stateOf = async (id: string) => {
  const [row] = await worlds.database.db`
    select status, dismissed_at is not null as dismissed, approved_at is not null as approved,
      transaction_id is not null as granted
    from bursar.purchases where id = ${id}::uuid`;
  return row;
};

const isShown = async (id: string) =>
  (await readAttention(ingress)).some(
    (one) => one.kind === 'payment_in_review' && one.subject === toPublicId('pur', id),
  );

test('an order that is dismissed while its payment is being settled is not granted', async () => {
  const w = await worlds.newWorld();
  const { id, session } = await doubted(w);
  let granting: Promise<unknown> = Promise.resolve();
  await worlds.database.db.begin(async (tx) => {
    await tx`select bursar.dismiss_purchase(${id}::uuid, 'key_operator', 'Its money went back.')`;
    granting = fulfilPurchase(w.worker, factsOf(session));
    await untilBlocked(worlds.database.db, 'bursar-test', 'fulfil_purchase');
  });
  await granting;
  expect(await stateOf(id)).toMatchObject({ status: 'failed', dismissed: true, granted: false });
  expect(await w.balance(w.zoe)).toMatchObject({ credits: 0n });
});

test('a rebuilt order of a closed wallet cannot be approved, and can be dismissed', async () => {
  const w = await worlds.newWorld();
  const { id, session } = await rebuilt(w);
  await leave(w);
  expect(await decide(id, 'approve')).toBe(false);
  expect(await decide(id, 'dismiss')).toBe(true);
  await fulfilPurchase(w.worker, factsOf(session));
  expect(await stateOf(id)).toMatchObject({ status: 'failed', dismissed: true, granted: false });
  expect(await isShown(id)).toBe(false);
});

test('an approval that could bring nothing any more gives way to a dismissal', async () => {
  const w = await worlds.newWorld();
  const { id, session } = await rebuilt(w);
  expect(await decide(id, 'approve')).toBe(true);
  await leave(w);
  await fulfilPurchase(w.worker, factsOf(session));
  expect(await isShown(id)).toBe(true);
  expect(await decide(id, 'dismiss')).toBe(true);
  expect(await decide(id, 'dismiss')).toBe(false);
  expect(await stateOf(id)).toMatchObject({ status: 'failed', dismissed: true, approved: false });
  expect(await isShown(id)).toBe(false);
});

test('a granted order whose refunds changed after its wallet was closed leaves the list once an operator has seen it', async () => {
  const w = await worlds.newWorld();
  const id = await w.buy(w.zoe, 10, 1000);
  await w.charge({ wallet: w.zoe, whole: 10 });
  expect(await decide(id, 'dismiss')).toBe(false);
  await leave(w);
  await takeBack(w, id, 500);
  expect(await isShown(id)).toBe(true);
  expect(await decide(id, 'approve')).toBe(false);
  expect(await decide(id, 'dismiss')).toBe(true);
  expect(await decide(id, 'dismiss')).toBe(false);
  await takeBack(w, id, 500);
  expect(await isShown(id)).toBe(false);
  expect(await stateOf(id)).toMatchObject({ dismissed: true, granted: true });
});
