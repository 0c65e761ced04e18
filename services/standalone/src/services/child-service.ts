import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Boot } from '../boot.ts';
import { createRestartLimit } from '../restart-limit.ts';
import { followOutput, type ChildOutput } from './child-output.ts';

export interface ChildService {
  name: string;
  entry: URL;
  env: NodeJS.ProcessEnv;
  logFile: string;
}

/** Both services and the database must end within the 20 seconds that a process has for stopping. */
const STOP_MS = 8_000;
const RESTART_MS = 1_000;
const END_WITH_PARENT = new URL('./end-with-parent.ts', import.meta.url);

/**
 * Runs a service as a process of its own: its log goes to a file, errors are repeated to the
 * terminal, and should it die it is started again. It ends with us, even when we are killed: its
 * channel to us closes then. Resolves when the service says that it is ready; rejects with the
 * sentence it ended with.
 */
export async function startChild(service: ChildService, boot: Boot): Promise<void> {
  const mayRestart = createRestartLimit();
  let stopping = false;
  let { child, output } = launch(service, boot);
  boot.running({
    name: service.name,
    stop: async () => {
      stopping = true;
      await end(child);
    },
  });
  const watch = (): void => {
    output.showErrors();
    void ended(child).then(async (how) => {
      if (stopping) return;
      const what = `The ${service.name} ended (${how})`;
      if (!mayRestart()) {
        boot.giveUp(`${what} again and again, so everything stops; see ${service.logFile}.`);
        return;
      }
      boot.say(`${what} and is started again; see ${service.logFile}.`);
      await sleep(RESTART_MS);
      if (stopping) return;
      ({ child, output } = launch(service, boot));
      watch();
    });
  };
  await untilReady(service, child, output);
  watch();
}

function launch(
  { entry, env, logFile }: ChildService,
  { say }: Boot,
): { child: ChildProcess; output: ChildOutput } {
  const child = fork(entry, {
    env,
    execArgv: ['--import', END_WITH_PARENT.href],
    // Ctrl-C must reach us only: we stop the parts one after the other.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return { child, output: followOutput(child, logFile, say) };
}

async function untilReady(
  service: ChildService,
  child: ChildProcess,
  output: ChildOutput,
): Promise<void> {
  const how = await Promise.race([once(child, 'message').then(() => null), ended(child)]);
  if (how === null) return;
  const why = output.complaint() ?? `it ended with ${how}; see ${service.logFile}`;
  throw new Error(`the ${service.name} says: ${why}`);
}

/** How a process ended, once its last words have been read. */
async function ended(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return signal ?? `exit code ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(limit);
}
