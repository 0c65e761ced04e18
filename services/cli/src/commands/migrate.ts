import { connectDatabase, migrate } from '@bursar/ledger/administration';
import { migrateQueues } from '@bursar/queues';
import type { Command } from 'commander';
import { findInstallation } from '../installation.ts';
import { print, voiceOf } from '../output.ts';

const QUEUE_ROLE = 'bursar_queue';

/** `bursar migrate`: brings the schema of the ledger and of the queues up to date. */
export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date; safe to repeat and to run from several places')
    .action(async (_options: unknown, command: Command) => {
      const installation = await findInstallation(process.env);
      const db = connectDatabase({
        url: installation.databaseUrl,
        role: 'owner',
        max: 1,
        statementTimeoutMs: 30 * 60_000,
      });
      try {
        const report = await migrate(db);
        await migrateQueues(installation.databaseUrl, QUEUE_ROLE);
        print(voiceOf(command), report, () =>
          report.applied.length === 0
            ? 'The database was up to date.'
            : `Applied ${report.applied.join(', ')}.`,
        );
      } finally {
        await db.end({ timeout: 5 });
        await installation.close();
      }
    });
}
