import {
  audit,
  checkSchema,
  connectDatabase,
  type AuditReport,
} from '@bursar/ledger/administration';
import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { withInstallation } from '../installation.ts';
import { print, progress, table, voiceOf } from '../output.ts';

/** `bursar audit`: proves the whole ledger; exit code 1 when a statement is false or was skipped. */
export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('prove every rule of the ledger over all of it; changes nothing')
    .action(async (_options: unknown, command: Command) => {
      const voice = voiceOf(command);
      const report = await auditInstallation((line) => progress(voice, line));
      if (report.ok) {
        print(voice, report, () => asText(report));
        return;
      }
      print({ ...voice, quiet: false }, report, () =>
        voice.quiet ? findingsOf(report).join('\n') : asText(report),
      );
      const wrong = report.checks.filter((check) => check.failure !== null || check.count > 0n);
      throw new CommandFailed(
        `The ledger breaks ${wrong.length} of ${report.checks.length} rules: ${wrong.map((check) => check.name).join(', ')}.`,
      );
    });
}

const auditInstallation = (log: (line: string) => void): Promise<AuditReport> =>
  withInstallation(process.env, async ({ databaseUrl }) => {
    const db = connectDatabase({ url: databaseUrl, role: 'bursar_auditor', max: 1 });
    try {
      await checkSchema(db);
      return await audit(db, { log });
    } finally {
      await db.end({ timeout: 5 });
    }
  });

function asText(report: AuditReport): string {
  const rows = report.checks.map((check) => [
    check.failure === null ? (check.count === 0n ? 'holds' : 'FALSE') : 'SKIPPED',
    check.covered.toString(),
    check.statement,
  ]);
  const verdict = report.ok
    ? `All ${report.checks.length} rules hold (${report.tookMs} ms).`
    : `The ledger is not sound (${report.tookMs} ms).`;
  return [table(['', 'rows', 'rule'], rows), ...findingsOf(report), verdict].join('\n');
}

/** What is wrong, a line each; of many violations the first twenty and how many there are. */
const findingsOf = (report: AuditReport): string[] =>
  report.checks.flatMap((check) => [
    ...(check.failure === null ? [] : [`${check.name}: ${check.failure}`]),
    ...check.violations.map((one) => `${check.name}: ${one.subject}: ${one.detail}`),
    ...(check.count > BigInt(check.violations.length)
      ? [`${check.name}: ${check.count} violations in all`]
      : []),
  ]);
