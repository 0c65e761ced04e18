import { audit } from '@bursar/ledger/administration';
import { expect } from 'vitest';
import type { TestDatabase } from './ledger-database.ts';

/** Every statement of the auditor holds over this database, and none was skipped. */
export async function expectSoundLedger(database: TestDatabase): Promise<void> {
  const report = await audit(database.connect('bursar_auditor'));
  const wrong = report.checks.filter(({ count, failure }) => count > 0n || failure !== null);
  expect(wrong).toEqual([]);
  expect(report.checks.length).toBeGreaterThan(10);
}
