import { connectDatabase, reopenStripeEvent, type Database } from '@bursar/ledger/operations';
import { listStripeEvents } from '@bursar/ledger/reads';
import { Option, type Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { withInstallation, withQueuesOf, type Installation } from '../installation.ts';
import { print, table, voiceOf } from '../output.ts';
import { wholeNumber } from '../whole-number.ts';

const LISTED_MAX = 1_000;
const STATUSES = ['received', 'processed', 'ignored'] as const;

/** `bursar stripe-events …`: what Stripe told us, and telling it again. */
export function addStripeEvents(program: Command): void {
  const group = program
    .command('stripe-events')
    .description('events of Stripe as they were received: list, or handle once more');

  group
    .command('list')
    .addOption(new Option('--status <status>').choices(STATUSES).default('received'))
    .option('--limit <n>', `how many at most, up to ${LISTED_MAX}`, wholeNumber(1, LISTED_MAX), 50)
    .action(async (options: { status: string; limit: number }, command: Command) => {
      const events = await withWorkerRole((db) => listStripeEvents(db, options));
      print(voiceOf(command), events, () =>
        events.length === 0
          ? `No event is ${options.status}.`
          : table(
              ['event', 'type', 'object', 'source', 'received at'],
              events.map((one) => [
                one.id,
                one.type,
                one.objectId,
                one.source,
                one.receivedAt.toISOString(),
              ]),
            ),
      );
    });

  group
    .command('replay <event...>')
    .description('handle events once more; what they led to is not done twice')
    .action(async (events: string[], _options: unknown, command: Command) => {
      await withWorkerRole((db, installation) => replay(db, installation, events));
      print(voiceOf(command), { replayed: events }, () => `${events.length} events are back.`);
    });
}

async function replay(
  db: Database,
  installation: Installation,
  events: readonly string[],
): Promise<void> {
  const missing: string[] = [];
  for (const event of events) if (!(await reopenStripeEvent(db, event))) missing.push(event);
  const found = events.filter((event) => !missing.includes(event));
  await withQueuesOf(installation, (queues) =>
    queues.enqueueMany(
      found.map((event) => ({ job: 'handle-stripe-event', payload: { event }, options: {} })),
    ),
  );
  if (missing.length > 0) throw new CommandFailed(`Never received: ${missing.join(', ')}.`);
}

const withWorkerRole = <Result>(
  work: (db: Database, installation: Installation) => Promise<Result>,
): Promise<Result> =>
  withInstallation(process.env, async (installation) => {
    const db = connectDatabase({ url: installation.databaseUrl, role: 'bursar_worker', max: 1 });
    try {
      return await work(db, installation);
    } finally {
      await db.end({ timeout: 5 });
    }
  });
