import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildConsole, CONSOLE_DIR } from '@bursar/console/build';

const place = createHash('sha256').update(CONSOLE_DIR).digest('hex').slice(0, 12);
const TURN = join(tmpdir(), `bursar-console-${place}`);
const LOOK_EVERY_MS = 200;
/** Whoever takes longer was killed. */
const TURN_LIMIT_MS = 120_000;

/** Builds the console unless it is built; files of tests that start together take turns. */
export async function builtConsole(): Promise<void> {
  while (!(await takeTurn())) await sleep(LOOK_EVERY_MS);
  try {
    await buildConsole();
  } finally {
    await rm(TURN, { recursive: true, force: true });
  }
}

async function takeTurn(): Promise<boolean> {
  try {
    await mkdir(TURN);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const since = await stat(TURN).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - since > TURN_LIMIT_MS) await rm(TURN, { recursive: true, force: true });
    return false;
  }
}
