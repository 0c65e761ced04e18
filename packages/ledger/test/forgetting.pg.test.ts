import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  askReconciliation,
  finishReconciliation,
  forgetFacts,
  forgetPaymentFailures,
  forgetReconciliations,
  forgetRecipients,
  recordPaymentFailure,
  type Database,
} from '../src/operations.ts';
import { keepRecipients, putUser } from '../src/reads.ts';

let database: TestDatabase;
let worker: Database;
let ingress: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect('bursar_worker');
  ingress = database.connect('bursar_ingress');
  await putUser(database.db, { id: 'ana' });
});
afterAll(() => database.drop());

const HOUR_MS = 3_600_000;
const lists = async () =>
  (await database.db<{ id: string }[]>`select id from bursar.recipient_lists order by id`).map(
    ({ id }) => id,
  );

/** As if so many hours had passed for everything that is kept. */
const pass = (hours: number) => database.db`
  update bursar.recipient_lists set kept_until = kept_until - make_interval(hours => ${hours}::integer)`;

test('recipients of a preview are kept for hours, those of a command for a month, whichever came first', async () => {
  const owners = ['user:ana', 'user:ben'];
  const preview = await keepRecipients(ingress, owners, null, 'preview');
  expect((preview.keptUntil.getTime() - Date.now()) / HOUR_MS).toBeCloseTo(2, 1);
  const command = await keepRecipients(ingress, owners, null, 'command');
  expect(command.id).toBe(preview.id);
  const again = await keepRecipients(ingress, owners, null, 'preview');
  expect(again.keptUntil).toEqual(command.keptUntil);
  const other = await keepRecipients(ingress, owners, ['1', '2'], 'preview');
  await pass(3);
  expect(await forgetRecipients(worker, 100)).toBe(1);
  expect(await lists()).toEqual([command.id]);
  expect(await lists()).not.toContain(other.id);
  await pass(31 * 24);
  expect(await forgetRecipients(worker, 100)).toBe(1);
  expect(await lists()).toEqual([]);
});

test('lists of a release that did not say for how long are kept a month', async () => {
  await database.db`
    insert into bursar.recipient_lists (id, owners, created_at)
    values (${randomUUID()}, '{}', now() - interval '32 days'), (${randomUUID()}, '{}', now() - interval '30 days')`;
  expect(await forgetRecipients(worker, 100)).toBe(1);
  await database.db`delete from bursar.recipient_lists`;
});

test('no more lists go at once than are asked for', async () => {
  for (let n = 0; n < 45; n += 1) await keepRecipients(ingress, [`user:${n}`], null, 'preview');
  await pass(3);
  expect(await forgetRecipients(worker, 30)).toBe(30);
  expect(await lists()).toHaveLength(15);
  expect(await forgetRecipients(worker, 30)).toBe(15);
});

test('old facts go in bounded statements, and one that was never handed on stays without stopping them', async () => {
  await database.db`
    insert into bursar.outbox (kind, subject_wallet, payload, created_at, relayed_at)
    select 'balance-low', w.id, '{}', at, case when n % 2500 <> 1 then at end
    from bursar.wallets w, generate_series(1, 6000) n,
      lateral (select now() - case when n <= 5000 then interval '31 days' else interval '1 day' end as at) a
    where w.owner = 'user:ana' order by n`;
  await database.db`
    create function public.count_deleted() returns trigger language plpgsql as $$
    begin
      insert into public.deletions select count(*) from gone;
      return null;
    end $$`;
  await database.db`create table public.deletions (count bigint)`;
  await database.db`
    create trigger deletions after delete on bursar.outbox referencing old table as gone
    for each statement execute function public.count_deleted()`;
  expect(await forgetFacts(worker, 30, 2_000)).toBe(1_999);
  expect(await forgetFacts(worker, 30, 100_000)).toBe(2_999);
  const [largest] = await database.db`select max(count)::integer as largest from public.deletions`;
  expect(largest).toEqual({ largest: 1_999 });
  const kept = await database.db<{ relayed: boolean }[]>`
    select relayed_at is not null as relayed from bursar.outbox order by id limit 3`;
  expect(kept.map(({ relayed }) => relayed)).toEqual([false, false, false]);
  const [left] = await database.db`select count(*)::integer as count from bursar.outbox`;
  expect(left).toEqual({ count: 1_002 });
});

test('answers of previews that nobody came for go after minutes', async () => {
  await database.db`
    insert into bursar.previews (id, status, result, created_at)
    select gen_random_uuid(), 'succeeded', '{}', now() - make_interval(secs => n * 60 - 30)
    from generate_series(1, 20) n`;
  expect(await forgetFacts(worker, 30, 5)).toBe(5);
  expect(await forgetFacts(worker, 30, 100)).toBe(5);
  const [left] = await database.db`select count(*)::integer as count from bursar.previews`;
  expect(left).toEqual({ count: 10 });
});

test('declined payments go after a day, no more at once than are asked for', async () => {
  for (let n = 0; n < 12; n += 1) await recordPaymentFailure(worker, `ch_${n}`, 'user:ana');
  expect(await forgetPaymentFailures(worker, 100)).toBe(0);
  await database.db`
    update bursar.payment_failures set created_at = created_at - interval '25 hours' where charge <> 'ch_11'`;
  expect(await forgetPaymentFailures(worker, 7)).toBe(7);
  expect(await forgetPaymentFailures(worker, 100)).toBe(4);
  const left = await database.db`select charge from bursar.payment_failures`;
  expect(left).toEqual([{ charge: 'ch_11' }]);
});

test('runs that ended long ago go the oldest first, and no more at once than are asked for', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    const asked = { kind: 'asked', mode: 'dry_run', askedBy: 'test' } as const;
    const id = await askReconciliation(worker, asked);
    await finishReconciliation(worker, id, 'complete', { reason: 'Nothing to compare' });
    ids.push(id);
  }
  await database.db`
    update bursar.reconciliation_runs set finished_at = finished_at - interval '91 days' where id <> ${ids[4] ?? ''}`;
  expect(await forgetReconciliations(worker, 90, 3)).toBe(3);
  const left = await database.db<{ id: string }[]>`
    select id from bursar.reconciliation_runs order by id`;
  expect(left.map(({ id }) => id)).toEqual(ids.slice(3));
  expect(await forgetReconciliations(worker, 90, 100)).toBe(1);
});
