import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { nobody } from '../src/postgres/server-account.ts';

export type Child = {
  readonly process: ChildProcess;
  /** The next line that the child prints, parsed; fails when the child ends without one. */
  next(): Promise<Record<string, unknown>>;
};

/** Runs `run-postgres.ts` in a process group of its own, if wanted as the ordinary user `nobody`. */
export function runPostgres(dataDir: string, options: { asNobody?: boolean } = {}): Child {
  const script = fileURLToPath(new URL('./run-postgres.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    cwd: '/',
    ...(options.asNobody === true ? nobody() : null),
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('The child ended without a word.');
    return JSON.parse(line.value);
  };
  return { process: child, next };
}
