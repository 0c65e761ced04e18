import { setTimeout as sleep } from 'node:timers/promises';

/** Something that runs until it is stopped. */
export interface Part {
  name: string;
  stop(): Promise<void>;
}

export interface LifecycleLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const DRAIN_MS = 20_000;
/** Ctrl-C reaches a process twice within milliseconds: from the terminal and from npm. */
const SECOND_SIGNAL_MS = 1_000;
const PARENT_CHECK_MS = 1_000;

/**
 * Runs a process until it is asked to end: starts it, stops its parts in reverse order on SIGTERM,
 * SIGINT or when its parent has died, within 20 seconds, and exits. A second signal at least a
 * second after the first ends it at once. `start` hands in each part as soon as it runs, so that a
 * failed start stops what had been started.
 */
export async function runProcess(
  log: LifecycleLog,
  start: (running: (part: Part) => void) => Promise<void>,
): Promise<void> {
  const parts: Part[] = [];
  let stopping: number | null = null;
  const stop = (reason: string, exitCode: number): void => {
    if (stopping !== null) return;
    stopping = performance.now();
    log.info({ reason }, 'Stopping');
    void stopAll(parts, log).then((clean) => process.exit(clean ? exitCode : 1));
  };
  // Only a person's second signal forces the end: the parent's death is noticed again and again.
  const stopOrForce = (signal: NodeJS.Signals): void => {
    if (stopping !== null && performance.now() - stopping > SECOND_SIGNAL_MS) process.exit(1);
    stop(signal, 0);
  };
  process.on('SIGTERM', stopOrForce);
  process.on('SIGINT', stopOrForce);
  whenParentDies(() => stop('the parent process ended', 0));
  try {
    await start((part) => parts.push(part));
  } catch (error) {
    log.error({ error }, error instanceof Error ? error.message : String(error));
    stop('the start failed', 1);
  }
}

/** Stops parts in reverse order; false when one failed or the time ran out. */
export async function stopAll(
  parts: readonly Part[],
  log: LifecycleLog,
  drainMs = DRAIN_MS,
): Promise<boolean> {
  let clean = true;
  const all = (async () => {
    for (const part of parts.toReversed()) {
      try {
        await part.stop();
      } catch (error) {
        clean = false;
        log.error({ error, part: part.name }, 'A part did not stop cleanly');
      }
    }
    return true;
  })();
  const limit = new AbortController();
  const inTime = await Promise.race([
    all,
    sleep(drainMs, false, { signal: limit.signal, ref: false }),
  ]);
  limit.abort();
  if (!inTime) log.error({ drainMs }, 'Stopping took too long');
  return inTime && clean;
}

/** A supervisor that was killed cannot ask us to stop; its closed channel or our new parent tells. */
function whenParentDies(stop: () => void): void {
  if (process.channel !== undefined) {
    process.on('disconnect', stop);
    return;
  }
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, PARENT_CHECK_MS).unref();
}
