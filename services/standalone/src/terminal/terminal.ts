import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 1_000;

/** Shows a person one line. */
export const say = (line: string): void => {
  process.stdout.write(`  ${line}\n`);
};

/** Says what is being waited for, once waiting becomes noticeable. */
export async function patiently<Result>(line: string, work: Promise<Result>): Promise<Result> {
  const quick = new AbortController();
  sleep(PATIENCE_MS, undefined, { signal: quick.signal, ref: false }).then(
    () => say(line),
    () => undefined,
  );
  try {
    return await work;
  } finally {
    quick.abort();
  }
}

/** Whoever closed the terminal reads nothing more; we still have parts to stop in order. */
export function outliveTerminal(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
