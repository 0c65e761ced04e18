import { checkSchema, connectDatabase } from '@bursar/ledger/administration';
import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { withQueues } from '../installation.ts';
import { print, table, voiceOf } from '../output.ts';

interface Diagnosis {
  what: string;
  ok: boolean;
  detail: string;
}

/** `bursar doctor`: what works, and for what does not, the command that mends it. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check Node, the database, its schema and the queues')
    .action(async (_options: unknown, command: Command) => {
      const found = [diagnoseNode(), ...(await diagnoseInstallation())];
      print(voiceOf(command), found, () =>
        table(
          ['', 'part', 'detail'],
          found.map((one) => [one.ok ? 'ok' : 'FAULT', one.what, one.detail]),
        ),
      );
      if (found.some((one) => !one.ok)) throw new CommandFailed('Something needs mending.');
    });
}

function diagnoseNode(): Diagnosis {
  const major = Number(process.versions.node.split('.')[0]);
  return {
    what: 'Node',
    ok: major >= 24,
    detail:
      major >= 24 ? process.version : `${process.version}: run npm install, which brings Node 24`,
  };
}

async function diagnoseInstallation(): Promise<Diagnosis[]> {
  try {
    return await withQueues(process.env, async (queues, installation) => {
      const db = connectDatabase({ url: installation.databaseUrl, role: 'owner', max: 1 });
      try {
        await checkSchema(db);
        await queues.ping();
        const counts = await queues.listDeadLetters({ limit: 1_000 });
        return [
          { what: 'database', ok: true, detail: 'answers, and its schema is this version' },
          { what: 'queues', ok: true, detail: `answer on ${queues.backend}` },
          {
            what: 'dead letters',
            ok: counts.length === 0,
            detail: counts.length === 0 ? 'none' : `${counts.length}: bursar dead-letters list`,
          },
        ];
      } finally {
        await db.end({ timeout: 5 });
      }
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ what: 'installation', ok: false, detail }];
  }
}
