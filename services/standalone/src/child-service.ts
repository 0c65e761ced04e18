import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '@bursar/service-host';

export interface ChildService {
  name: string;
  entry: URL;
  env: Record<string, string | undefined>;
  logFile: string;
  /** Hears what went wrong, in a sentence. */
  say: (line: string) => void;
}

const STOP_MS = 22_000;
const RESTART_MS = 1_000;
const RESTARTS_PER_MINUTE = 5;

/**
 * Runs a service as a process of its own: its log goes to a file, warnings are repeated to the
 * terminal, and should it die it is started again. It ends with us, even when we are killed: its
 * channel to us closes then. Resolves when the service says that it is ready.
 */
export async function startChild(
  service: ChildService,
  running: (part: Part) => void,
  onGivenUp: () => void,
): Promise<void> {
  let stopping = false;
  const deaths: number[] = [];
  let child = launch(service);
  running({
    name: service.name,
    stop: async () => {
      stopping = true;
      await end(child);
    },
  });
  const watch = (process: ChildProcess): void => {
    process.once('exit', (code, signal) => {
      if (stopping) return;
      deaths.push(Date.now());
      service.say(
        `The ${service.name} ended (${signal ?? `exit code ${code}`}); see ${service.logFile}.`,
      );
      if (deaths.filter((at) => at > Date.now() - 60_000).length > RESTARTS_PER_MINUTE) {
        service.say(`The ${service.name} keeps ending, so everything stops.`);
        onGivenUp();
        return;
      }
      void sleep(RESTART_MS).then(() => {
        if (stopping) return;
        child = launch(service);
        watch(child);
      });
    });
  };
  await untilReady(service, child);
  watch(child);
}

function launch({ entry, env, logFile, say }: ChildService): ChildProcess {
  const child = fork(entry, {
    env: { ...process.env, ...env },
    // Ctrl-C must reach us only: we stop the parts one after the other.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stderr?.pipe(log, { end: false });
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.write(`${line}\n`);
      const problem = problemIn(line);
      if (problem !== null) say(problem);
    });
  }
  child.once('close', () => log.end());
  return child;
}

/** The sentence of a log line that a person should see. */
function problemIn(line: string): string | null {
  if (!/"level":"(error|fatal)"/.test(line)) return null;
  try {
    const { name, msg, reason } = JSON.parse(line) as Record<string, unknown>;
    return `${String(name)}: ${String(msg)}${reason === undefined ? '' : ` (${String(reason)})`}`;
  } catch (error) {
    if (error instanceof SyntaxError) return line;
    throw error;
  }
}

async function untilReady(service: ChildService, child: ChildProcess): Promise<void> {
  const ready = Promise.withResolvers<void>();
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4_000);
  });
  child.on('message', () => ready.resolve());
  child.once('exit', (code) => {
    const why = complaint.trim() || `see ${service.logFile}`;
    ready.reject(new Error(`The ${service.name} did not start (exit code ${code}): ${why}`));
  });
  await ready.promise;
  child.removeAllListeners('exit');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(limit);
}
