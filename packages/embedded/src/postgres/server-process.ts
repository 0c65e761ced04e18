import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import type { Binaries } from './find-binaries.ts';
import type { ServerAccount } from './server-account.ts';
import type { ServerLog } from './server-log.ts';

export type ServerProgram = {
  readonly clusterDir: string;
  readonly account: ServerAccount | null;
  readonly binaries: Binaries;
  readonly settings: readonly string[];
  readonly serverLog: ServerLog;
};

export type ServerEnd = {
  /** False when nobody asked the server to stop. */
  readonly expected: boolean;
  /** `exit code 1`, `SIGKILL`, or why it could not be spawned at all. */
  readonly exit: string;
  readonly lastLogLine: string;
};

const fastStopTimeoutMs = 30_000;
const immediateStopTimeoutMs = 5_000;

/** One run of the server, from its spawn to its end. */
export class ServerProcess {
  readonly ended: Promise<ServerEnd>;
  #hasEnded = false;
  readonly #child: ChildProcess;
  #stopping: Promise<void> | null = null;

  constructor(program: ServerProgram) {
    this.#child = spawnServer(program);
    this.ended = new Promise((resolve) => {
      const finish = (exit: string): void => {
        this.#hasEnded = true;
        const expected = this.#stopping !== null;
        resolve({ expected, exit, lastLogLine: program.serverLog.lastLine() });
      };
      this.#child.once('exit', (code, signal) => finish(signal ?? `exit code ${code}`));
      this.#child.once('error', (error) => finish(error.message));
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Fast shutdown, then ever harder ones; resolves when the server is gone, also when called again. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    if (await this.#endedAfter('SIGINT', fastStopTimeoutMs)) return;
    if (await this.#endedAfter('SIGQUIT', immediateStopTimeoutMs)) return;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  async #endedAfter(signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
    if (!this.#hasEnded) this.#child.kill(signal);
    const timer = new AbortController();
    const timeout = delay(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([this.ended, timeout]);
    timer.abort();
    return this.#hasEnded;
  }
}

/**
 * `detached` puts the server into a session of its own, so that Ctrl-C does not end it under our
 * workers; `--pdeathsig INT` still ends it, fast and clean, when this process is killed.
 */
function spawnServer(program: ServerProgram): ChildProcess {
  const { account, binaries, clusterDir } = program;
  const server = [binaries.postgres, '-D', clusterDir, ...program.settings];
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  const wrapper = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'INT'];
  if (setpriv !== undefined && account !== null) {
    wrapper.push('--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups');
  }
  const [command, ...args] = [...wrapper, ...server];
  const log = program.serverLog.open();
  try {
    return spawn(command ?? binaries.postgres, args, {
      cwd: '/',
      // English messages are what `passingFaults` and a reader of the log expect.
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', log, log],
      detached: true,
      ...(setpriv === undefined ? account : null),
    });
  } finally {
    closeSync(log);
  }
}
