import { connectDatabase, migrate } from '@bursar/ledger/administration';
import { migrateQueues } from '@bursar/queues';
import type { Command } from 'commander';
import { QUEUE_ROLE, withInstallation } from '../installation.ts';
import { print, voiceOf } from '../output.ts';

const STATEMENT_LIMIT_MS = 30 * 60_000;

/** `bursar migrate`: brings the schema of the ledger and of the queues up to date. */
export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date; safe to repeat and to run from several places')
    .action(async (_options: unknown, command: Command) => {
      const report = await withInstallation(process.env, async ({ databaseUrl }) => {
        const db = connectDatabase({
          url: databaseUrl,
          role: 'owner',
          max: 1,
          statementTimeoutMs: STATEMENT_LIMIT_MS,
        });
        try {
          const migrated = await migrate(db);
          await migrateQueues(databaseUrl, QUEUE_ROLE);
          return migrated;
        } finally {
          await db.end({ timeout: 5 });
        }
      });
      print(voiceOf(command), report, () =>
        report.applied.length === 0 && !report.functionsReplaced
          ? 'The database was up to date.'
          : `Applied ${[...report.applied, ...(report.functionsReplaced ? ['the functions'] : [])].join(', ')}.`,
      );
    });
}
