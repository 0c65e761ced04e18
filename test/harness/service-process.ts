import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** One of our services as a process of its own, to be killed. */
export interface ServiceProcess {
  readonly pid: number;
  /** Ends it and waits until it is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

const READY_LIMIT_MS = 30_000;

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
  return {
    pid: child.pid ?? 0,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
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
