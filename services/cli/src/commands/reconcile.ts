import { toPublicId } from '@bursar/contracts';
import {
  askReconciliation,
  connectDatabase,
  listFindings,
  readAtRisk,
  type AtRisk,
  type Database,
  type FindingView,
  type ReconciliationView,
} from '@bursar/ledger/reads';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { withInstallation, withQueuesOf, type Installation } from '../installation.ts';
import { print, progress, voiceOf } from '../output.ts';
import { reportOf, reportText } from '../reconcile/report-text.ts';
import { COULD_NOT_RUN, waitForRun } from '../reconcile/wait-for-run.ts';

interface Options {
  from?: Date;
  to?: Date;
  repair?: boolean;
}

interface Outcome {
  run: ReconciliationView;
  findings: FindingView[];
  atRisk: AtRisk;
}

const PAGE_ROWS = 100;

/** `bursar reconcile`: compares Stripe with the ledger; exit code 1 when something is unresolved. */
export function addReconcile(program: Command): void {
  program
    .command('reconcile')
    .description('compare Stripe with the ledger and prove the money; a running worker does it')
    .option('--from <time>', 'look at what Stripe made since then (default: two days back)', moment)
    .option('--to <time>', 'and before then (default: a quarter of an hour ago)', moment)
    .addOption(new Option('--dry-run', 'only look (the default)').conflicts('repair'))
    .option('--repair', 'repair what repairs itself, through the handlers that webhooks use')
    .action(async (options: Options, command: Command) => {
      const voice = voiceOf(command);
      const outcome = await reconcile(options, (line) => progress(voice, line));
      const { run, findings, atRisk } = outcome;
      const { unresolved, partial_reasons: problems, money_proof: proof } = reportOf(run);
      const isClean = unresolved === 0 && problems.length === 0 && proof?.holds === true;
      print({ ...voice, quiet: voice.quiet && isClean }, documentOf(outcome), () =>
        reportText(run, findings, atRisk),
      );
      if (!isClean) {
        throw new CommandFailed(
          `${unresolved} differences are unresolved${problems.length === 0 ? '' : ', and not everything could be judged'}.`,
        );
      }
    });
}

function moment(text: string): Date {
  const at = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError('It must be a day or a time, such as 2026-11-20T00:00:00Z.');
}

function reconcile({ from, to, repair }: Options, tell: (line: string) => void): Promise<Outcome> {
  if (from !== undefined && from >= (to ?? new Date())) {
    throw new CommandFailed('--from must lie before --to, or in the past without it.', 2);
  }
  return orUnavailable(() =>
    withInstallation(process.env, async (installation) => {
      const db = connectDatabase({ url: installation.databaseUrl, role: 'bursar_ingress', max: 1 });
      try {
        const mode = repair === true ? 'repair' : 'dry_run';
        const id = await ask(db, installation, { mode, from, to });
        const run = await waitForRun(db, id, tell);
        return { run, findings: await allFindings(db, id), atRisk: await readAtRisk(db) };
      } finally {
        await db.end({ timeout: 5 });
      }
    }),
  );
}

/** What cannot be reached is an outage here, and not a mistake in how the command was called. */
async function orUnavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(message, COULD_NOT_RUN);
  }
}

async function ask(
  db: Database,
  installation: Installation,
  wanted: { mode: 'dry_run' | 'repair'; from: Date | undefined; to: Date | undefined },
): Promise<string> {
  const run = await askReconciliation(db, { kind: 'asked', askedBy: 'cli', ...wanted });
  await withQueuesOf(installation, (queues) =>
    queues.enqueue('reconcile', { run }, { jobId: `reconcile-${run}` }),
  );
  return run;
}

async function allFindings(db: Database, run: string): Promise<FindingView[]> {
  const findings: FindingView[] = [];
  let before: string | undefined;
  do {
    const page = await listFindings(db, run, { limit: PAGE_ROWS, before });
    findings.push(...page.rows);
    before = page.next ?? undefined;
  } while (before !== undefined);
  return findings;
}

const documentOf = ({ run, findings, atRisk }: Outcome) => ({
  ...run,
  id: toPublicId('rec', run.id),
  findings: findings.map((one) => ({ ...one, id: toPublicId('case', one.id) })),
  atRisk,
});
