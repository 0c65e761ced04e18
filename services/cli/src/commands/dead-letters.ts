import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { withQueues } from '../installation.ts';
import { print, table, voiceOf } from '../output.ts';
import { wholeNumber } from '../whole-number.ts';

const LISTED_MAX = 1_000;

/** `bursar dead-letters …`: jobs that nothing will try again by itself. */
export function addDeadLetters(program: Command): void {
  const group = program
    .command('dead-letters')
    .description('jobs that could not be applied: look, replay or discard');

  group
    .command('list')
    .option('--queue <name>', 'of one queue only')
    .option('--limit <n>', `how many at most, up to ${LISTED_MAX}`, wholeNumber(1, LISTED_MAX), 50)
    .action(async (options: { queue?: string; limit: number }, command: Command) => {
      const { limit, queue } = options;
      const letters = await withQueues(process.env, (queues) =>
        queues.listDeadLetters({ limit, ...(queue === undefined ? {} : { queue }) }),
      );
      print(voiceOf(command), letters, () =>
        letters.length === 0
          ? 'There are no dead letters.'
          : table(
              ['job id', 'queue', 'job', 'failed at', 'reason'],
              letters.map((one) => [
                one.jobId,
                one.queue,
                one.job,
                one.failedAt?.toISOString() ?? '',
                one.reason.slice(0, 100),
              ]),
            ),
      );
    });

  group
    .command('show <job-id>')
    .description('the job with its payload')
    .action(async (jobId: string, _options: unknown, command: Command) => {
      const letter = await withQueues(process.env, (queues) => queues.inspect(jobId));
      if (letter === undefined) throw notFound(jobId);
      print(voiceOf(command), letter, () => JSON.stringify(letter, null, 2));
    });

  group
    .command('replay <job-id>')
    .description('put it back to work; nothing that was applied is applied again')
    .action(async (jobId: string, _options: unknown, command: Command) => {
      const result = await withQueues(process.env, (queues) => queues.replay(jobId));
      if (result === 'not_found') throw notFound(jobId);
      print(voiceOf(command), { jobId, result }, () => `${jobId} is back in its queue.`);
    });

  group
    .command('discard <job-id>')
    .description('delete it for good, and with it the command it carries')
    .requiredOption('--yes', 'needed, because nothing brings it back')
    .action(async (jobId: string, _options: unknown, command: Command) => {
      const result = await withQueues(process.env, (queues) => queues.discard(jobId));
      if (result === 'not_found') throw notFound(jobId);
      print(voiceOf(command), { jobId, result }, () => `${jobId} is deleted.`);
    });
}

const notFound = (jobId: string): CommandFailed =>
  new CommandFailed(
    `There is no dead letter ${jobId}; bursar dead-letters list shows those there are.`,
  );
