import { audit } from '@bursar/ledger/administration';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { fillAtRandom } from './audit/fill-at-random.ts';

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

  it('finds every statement true after a random history, and covers each kind of row', async () => {
    await fillAtRandom(test, 7, 600);
    const lines: string[] = [];
    const report = await audit(test.connect('bursar_auditor'), { log: (line) => lines.push(line) });
    expect(faultsOf(report)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(lines).toHaveLength(report.checks.length);
    const untouched = report.checks.filter((check) => check.covered === 0n);
    expect(untouched.map((check) => check.name)).toEqual([]);
  });

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
