import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../fixtures/metering-process.ts', import.meta.url));

export interface MeteringProcess {
  /** Keys of the charges that it was told are safe. */
  readonly safe: string[];
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

export interface Metering {
  url: string;
  key: string;
  spillDir: string;
  wallet: string;
  prefix: string;
  count: number;
  mode?: 'disk' | 'memory' | 'exit';
}

/** Starts a process that charges. */
export function startMetering(metering: Metering): MeteringProcess {
  const { url, key, spillDir, wallet, prefix, count, mode = 'disk' } = metering;
  const args = [url, key, spillDir, wallet, prefix, String(count), mode];
  const child = fork(ENTRY, args, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const safe: string[] = [];
  child.on('message', (one) => typeof one === 'string' && safe.push(one));
  return { safe, child, ended: once(child, 'exit') };
}
