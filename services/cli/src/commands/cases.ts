import {
  CASE_STATES,
  formatAmount,
  fromPublicId,
  toPublicId,
  type CaseState,
} from '@bursar/contracts';
import {
  connectDatabase,
  listCases,
  readCase,
  resolveCase,
  retryCase,
  type CaseView,
  type Database,
} from '@bursar/ledger/reads';
import { Option, type Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { withInstallation } from '../installation.ts';
import { print, table, voiceOf } from '../output.ts';
import { wholeNumber } from '../whole-number.ts';

const LISTED_MAX = 100;

/** `bursar cases …`: what reconciliations have found. */
export function addCases(program: Command): void {
  const group = program
    .command('cases')
    .description('differences between Stripe and the ledger: list, retry, or close with a reason');

  group
    .command('list')
    .addOption(new Option('--state <state>').choices(CASE_STATES).default('open'))
    .option('--limit <n>', `how many at most, up to ${LISTED_MAX}`, wholeNumber(1, LISTED_MAX), 50)
    .action(async (options: { state: CaseState; limit: number }, command: Command) => {
      const { rows } = await withReads((db) =>
        listCases(db, { state: options.state }, { limit: options.limit }),
      );
      print(voiceOf(command), rows.map(documentOf), () =>
        rows.length === 0 ? `No case is ${options.state}.` : asTable(rows),
      );
    });

  group
    .command('resolve <case>')
    .description('close a case without moving anything; it opens again when it changes')
    .requiredOption('--reason <text>', 'why nothing has to be done')
    .action(async (id: string, options: { reason: string }, command: Command) => {
      const uuid = fromPublicId('case', id);
      const view =
        uuid === null ? null : await withReads((db) => resolve(db, uuid, options.reason));
      if (view === null)
        throw new CommandFailed(`There is no case ${id}; bursar cases list shows them.`);
      print(voiceOf(command), documentOf(view), () => `${id} is resolved.`);
    });

  group
    .command('retry <case>')
    .description('let the next run repair a parked case again')
    .action(async (id: string, _options: unknown, command: Command) => {
      const uuid = fromPublicId('case', id);
      const view = uuid === null ? null : await withReads((db) => retry(db, uuid));
      if (view === null)
        throw new CommandFailed(`There is no case ${id}; bursar cases list shows them.`);
      print(voiceOf(command), documentOf(view), () => `${id} is repaired by the next run.`);
    });
}

async function retry(db: Database, id: string): Promise<CaseView | null> {
  const retried = await retryCase(db, id);
  const view = await readCase(db, id);
  if (view !== null && !retried) {
    throw new CommandFailed(`The case is ${view.state}, not parked; nothing was changed.`);
  }
  return view;
}

async function resolve(db: Database, id: string, reason: string): Promise<CaseView | null> {
  const resolved = await resolveCase(db, id, 'cli', reason);
  const view = await readCase(db, id);
  if (view !== null && !resolved) {
    throw new CommandFailed(`The case is ${view.state} already; nothing was changed.`);
  }
  return view;
}

const withReads = <Result>(work: (db: Database) => Promise<Result>): Promise<Result> =>
  withInstallation(process.env, async ({ databaseUrl }) => {
    const db = connectDatabase({ url: databaseUrl, role: 'bursar_ingress', max: 1 });
    try {
      return await work(db);
    } finally {
      await db.end({ timeout: 5 });
    }
  });

const documentOf = (view: CaseView) => ({ ...view, id: toPublicId('case', view.id) });

const asTable = (rows: readonly CaseView[]): string =>
  table(
    ['case', 'class', 'severity', 'wallet', 'expected', 'actual', 'credits', 'money', 'first seen'],
    rows.map((one) => [
      toPublicId('case', one.id),
      one.class,
      one.severity,
      one.wallet ?? '',
      one.expected,
      one.actual,
      formatAmount(one.deltaCredits),
      `${one.deltaMinor} ${one.currency ?? ''}`.trim(),
      one.firstSeen.toISOString(),
    ]),
  );
