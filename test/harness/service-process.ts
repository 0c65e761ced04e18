import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** One of our services as a process of its own, to be killed. */
export interface ServiceProcess {
  readonly pid: number;
  /** Resolves when it is gone, whyever. */
  readonly ended: Promise<void>;
  /** Ends it and waits until it is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/**
 * As above, and should it die by itself it is started again, as every supervisor of ours does.
 * `kill` ends it for good.
 */
export async function superviseServiceProcess(
  name: 'ingress' | 'worker',
  settings: Record<string, string>,
): Promise<ServiceProcess> {
  let current = await startServiceProcess(name, settings);
  let restarting: Promise<void> = Promise.resolve();
  const ending = new AbortController();
  const restart = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      // It cannot start while what it needs is away, and is started until it can.
      const next = await startServiceProcess(name, settings).catch(() => null);
      if (next === null) await sleep(RESTART_MS);
      else {
        current = next;
        watch(next);
        return;
      }
    }
  };
  const watch = (watched: ServiceProcess): void => {
    void watched.ended.then(() => {
      if (!ending.signal.aborted) restarting = restart();
    });
  };
  watch(current);
  return {
    get pid() {
      return current.pid;
    },
    get ended() {
      return current.ended;
    },
    async kill(signal) {
      ending.abort();
      await restarting;
      await current.kill(signal);
    },
  };
}

const READY_LIMIT_MS = 120_000;
const RESTART_MS = 250;

/** Starts `services/<name>` with exactly these settings and waits until it says that it is ready. */
export async function startServiceProcess(
  name: 'ingress' | 'worker',
  settings: Record<string, string>,
): Promise<ServiceProcess> {
  const entry = new URL(`../../services/${name}/src/main.ts`, import.meta.url);
  const quiet = process.env['TEST_LOG'] === undefined;
  const child = fork(entry, {
    env: { PATH: process.env['PATH'], ...settings },
    execArgv: [],
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit', 'ipc'],
  });
  await ready(name, child);
  const ended = once(child, 'exit').then(() => undefined);
  return {
    pid: child.pid ?? 0,
    ended,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await ended;
    },
  };
}

async function ready(name: string, child: ChildProcess): Promise<void> {
  const started = Promise.withResolvers<void>();
  const limit = setTimeout(
    () => started.reject(new Error(`The ${name} was not ready in ${READY_LIMIT_MS} ms.`)),
    READY_LIMIT_MS,
  );
  child.once('message', () => started.resolve());
  child.once('exit', (code) => started.reject(new Error(`The ${name} ended with ${code}.`)));
  try {
    await started.promise;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(limit);
    child.removeAllListeners('exit');
  }
}
