/* oxlint-disable typescript/no-unsafe-type-assertion -- only what an audit asks for is there */
import { connectDatabase } from '@bursar/ledger/administration';
import { askAudit, listAudits, putUser } from '@bursar/ledger/reads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { runAudits } from '../src/auditing/run-audits.ts';
import type { WorkerContext } from '../src/worker-context.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const worker = (url = database.url): WorkerContext =>
  ({
    db: database.connect('bursar_worker'),
    log: silent,
    auditor: () => connectDatabase({ url, role: 'bursar_auditor', max: 1 }),
  }) as unknown as WorkerContext;

const latest = async () => (await listAudits(database.db, { limit: 10 })).rows;

test('an audit that is asked for twice runs once, and keeps what every rule covered', async () => {
  await putUser(database.db, { id: 'zoe', email: 'zoe@example.com', name: 'Zoe' });
  const ingress = database.connect('bursar_ingress');
  const asked = await askAudit(ingress, 'user:olga');
  expect(await askAudit(ingress, 'user:olga')).toBe(asked);
  await runAudits(worker());
  await runAudits(worker());
  const [audit, ...others] = await latest();
  expect(others).toEqual([]);
  expect(audit).toMatchObject({ id: asked, askedBy: 'user:olga', state: 'done', sound: true });
  expect(audit?.report?.checks.length).toBeGreaterThan(30);
  expect(
    audit?.report?.checks.every(({ count, failure }) => count === '0' && failure === null),
  ).toBe(true);
}, 60_000);

test('a ledger that breaks a rule is told to be unsound, with the row and what is wrong', async () => {
  await database.db`update bursar.wallets set version = version + 3 where owner = 'user:zoe'`;
  await askAudit(database.db, 'system:timetable');
  await runAudits(worker());
  const [audit] = await latest();
  expect(audit).toMatchObject({ state: 'done', sound: false });
  const broken = audit?.report?.checks.filter(({ count }) => count !== '0') ?? [];
  expect(broken.flatMap(({ violations }) => violations).length).toBeGreaterThan(0);
}, 60_000);

test('one that cannot be carried out says why, and one that a worker left is given up', async () => {
  await askAudit(database.db, 'user:olga');
  await runAudits(worker('postgres://nobody@127.0.0.1:1/nothing'));
  expect((await latest())[0]).toMatchObject({ state: 'failed', sound: null, report: null });
  await database.db`
    update bursar.audits set state = 'running', finished_at = null where state = 'failed'`;
  await askAudit(database.db, 'user:olga');
  await runAudits(worker());
  const [now, left] = await latest();
  expect(now?.state).toBe('done');
  expect(left).toMatchObject({ state: 'failed', progress: expect.stringContaining('interrupted') });
}, 60_000);
