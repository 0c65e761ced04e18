import { setTimeout as sleep } from 'node:timers/promises';
import { readReconciliation, type Database, type ReconciliationView } from '@bursar/ledger/reads';
import { CommandFailed } from '../command-failed.ts';

const LOOK_EVERY_MS = 500;
/** Longer than an idle worker needs to take a job. */
const PICKED_UP_WITHIN_MS = 60_000;

/** Nothing was compared: no worker, an outage, or another run under way. */
export const COULD_NOT_RUN = 3;

/**
 * Waits until a run is over and tells what it does meanwhile.
 *
 * @throws CommandFailed with exit code 3 when no worker begins it, or it did not run.
 */
export async function waitForRun(
  db: Database,
  id: string,
  tell: (line: string) => void,
): Promise<ReconciliationView> {
  const asked = performance.now();
  let told = '';
  for (;;) {
    const run = await readReconciliation(db, id);
    if (run === null) throw new CommandFailed('The run is gone; ask for another.', COULD_NOT_RUN);
    if (run.state === 'skipped') {
      throw new CommandFailed(
        'Another run is under way; try again when it is over.',
        COULD_NOT_RUN,
      );
    }
    if (run.state === 'failed') {
      throw new CommandFailed(
        'The run was interrupted; nothing is lost, run it again.',
        COULD_NOT_RUN,
      );
    }
    if (run.finishedAt !== null) return run;
    if (run.state === 'waiting' && performance.now() - asked > PICKED_UP_WITHIN_MS) {
      throw new CommandFailed(
        'No worker has begun the run within a minute. Start one (npm start); it will then be carried out.',
        COULD_NOT_RUN,
      );
    }
    if (run.progress !== null && run.progress !== told) tell(`${run.progress} …`);
    told = run.progress ?? told;
    await sleep(LOOK_EVERY_MS);
  }
}
