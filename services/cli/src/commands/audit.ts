import {
  audit,
  checkSchema,
  connectDatabase,
  type AuditReport,
} from '@bursar/ledger/administration';
import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { findInstallation } from '../installation.ts';
import { print, progress, table, voiceOf } from '../output.ts';

/** `bursar audit`: proves the whole ledger; exit code 1 on the first false or skipped statement. */
export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('prove every rule of the ledger over all of it; changes nothing')
    .action(async (_options: unknown, command: Command) => {
      const voice = voiceOf(command);
      const report = await auditInstallation((line) => progress(voice, line));
      print(voice, report, () => asText(report));
      if (!report.ok) {
        const wrong = report.checks.filter((check) => check.failure !== null || check.count > 0n);
        throw new CommandFailed(
          `The ledger breaks ${wrong.length} of ${report.checks.length} rules: ${wrong.map((check) => check.name).join(', ')}.`,
        );
      }
    });
}

async function auditInstallation(log: (line: string) => void): Promise<AuditReport> {
  const installation = await findInstallation(process.env);
  const db = connectDatabase({ url: installation.databaseUrl, role: 'bursar_auditor', max: 1 });
  try {
    await checkSchema(db);
    return await audit(db, { log });
  } finally {
    await db.end({ timeout: 5 });
    await installation.close();
  }
}

function asText(report: AuditReport): string {
  const rows = report.checks.map((check) => [
    check.failure === null ? (check.count === 0n ? 'holds' : 'FALSE') : 'SKIPPED',
    check.covered.toString(),
    check.statement,
  ]);
  const findings = report.checks.flatMap((check) => [
    ...(check.failure === null ? [] : [`${check.name}: ${check.failure}`]),
    ...check.violations.map((one) => `${check.name}: ${one.subject}: ${one.detail}`),
  ]);
  const verdict = report.ok
    ? `All ${report.checks.length} rules hold (${report.tookMs} ms).`
    : `The ledger is not sound (${report.tookMs} ms).`;
  return [table(['', 'rows', 'rule'], rows), ...findings, verdict].join('\n');
}
