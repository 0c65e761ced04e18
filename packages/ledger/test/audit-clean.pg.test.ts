import { audit } from '@bursar/ledger/administration';
import { expireDue } from '@bursar/ledger/operations';
import { putUser } from '@bursar/ledger/reads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { until } from '../../../test/harness/until.ts';
import { fillAtRandom } from './audit/fill-at-random.ts';
import { fillOnPurpose } from './audit/fill-on-purpose.ts';
import { apply, grant, micro } from './reads-fixtures.ts';

const holdOf = (wallet: string, whole: number) =>
  ({ type: 'hold', wallet, amount: micro(whole), product: 'notebook', overdraft: '0' }) as const;

/** False or skipped statements, with their first example: what a failing test has to show. */
const faultsOf = (report: Awaited<ReturnType<typeof audit>>) =>
  report.checks
    .filter((check) => check.count > 0n || check.failure !== null)
    .map(({ name, failure, violations }) => ({ name, failure, example: violations[0] }));

describe('an audit of a ledger in which everything happened', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('finds every statement true on an empty ledger', async () => {
    const report = await audit(test.connect('bursar_auditor'));
    expect(faultsOf(report)).toEqual([]);
    expect(report.ok).toBe(true);
  });

  it('finds every statement true when two holds and the lot under them end at once', async () => {
    await putUser(test.db, { id: 'late' });
    const worker = test.connect('bursar_worker');
    const wallet = 'user:late';
    const expires = { expires_at: new Date(Date.now() + 1_500).toISOString() };
    await grant(worker, wallet, 100, expires);
    for (const whole of [30, 20]) {
      await apply(worker, { ...holdOf(wallet, whole), expires_in: 1 });
    }
    await until('the lot has expired', async () => {
      const [row] = await test.db<{ over: boolean }[]>`
        select bool_and(expires_at < clock_timestamp()) as over from bursar.lots`;
      return row?.over;
    });
    await expireDue(worker);
    expect(faultsOf(await audit(test.connect('bursar_auditor')))).toEqual([]);
  });

  it('finds every statement true after a random history, and covers each kind of row', async () => {
    await fillAtRandom(test, 7, 600);
    await fillOnPurpose(test);
    const lines: string[] = [];
    const report = await audit(test.connect('bursar_auditor'), { log: (line) => lines.push(line) });
    expect(faultsOf(report)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(lines).toHaveLength(report.checks.length);
    const untouched = report.checks.filter((check) => check.covered === 0n);
    expect(untouched.map((check) => check.name)).toEqual([]);
  }, 180_000);

  it('is not passed when a check cannot run, and runs the others all the same', async () => {
    await test.db`revoke select on bursar.slices from bursar_auditor`;
    const report = await audit(test.connect('bursar_auditor'));
    expect(report.ok).toBe(false);
    const skipped = report.checks.filter((check) => check.failure !== null);
    expect(skipped.map((check) => check.name)).toContain('slices-owned');
    expect(skipped.length).toBeLessThan(report.checks.length / 2);
    expect(skipped[0]?.failure).toMatch(/permission denied/);
  });
});
