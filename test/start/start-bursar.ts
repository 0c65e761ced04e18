import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemApi, type SystemApi } from '../harness/system-api.ts';
import { until } from '../harness/until.ts';
import { processesOf } from './processes-of.ts';

const ROOT = join(import.meta.dirname, '../..');
const READY_LIMIT_MS = 240_000;
const GONE_LIMIT_MS = 60_000;

export interface StartedBursar {
  /** What stands in the terminal so far. */
  output(): string;
  /** The process that was started: npm, or the program itself. */
  readonly pid: number;
  /** Its end: the exit code, or the signal. */
  readonly ended: Promise<number | string>;
  /** As Ctrl-C or a supervisor would; `group` reaches npm and the program at once. */
  signal(signal: NodeJS.Signals, to?: 'process' | 'group'): void;
  /** Waits for the banner and answers with what it says. */
  ready(): Promise<Banner>;
}

export interface Banner {
  api: SystemApi;
  key: string;
  emulatorUrl: string;
  /** The lines to paste, in their order. */
  commands: string[];
}

/** Settings of one start; ports are free ones unless given. */
export type StartSettings = Record<string, string>;

/** A folder that PostgreSQL's own account may enter, too, when the tests run as root. */
export async function newDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bursar-start-'));
  await chmod(folder, 0o755);
  return folder;
}

/** Starts as a person would: `npm start`, or the program behind it, in a process group of its own. */
export function startBursar(
  dataDir: string,
  settings: StartSettings = {},
  through: 'npm' | 'node' = 'node',
): StartedBursar {
  const [command, ...args] =
    through === 'npm'
      ? ['npm', 'start', '--loglevel=error']
      : [process.execPath, 'services/standalone/src/main.ts'];
  const child = spawn(command ?? 'npm', args, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      BURSAR_DATA_DIR: dataDir,
      PORT: '0',
      STRIPE_EMULATOR_PORT: '0',
      DEV_IDENTITY_PORT: '0',
      ...settings,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = once(child, 'exit').then(([code, signal]: (number | string)[]) => {
    over = true;
    return code ?? signal ?? 'unknown';
  });
  let over = false;
  const pid = child.pid ?? 0;
  return {
    output: () => text,
    pid,
    ended,
    signal: (signal, to = 'process') => void process.kill(to === 'group' ? -pid : pid, signal),
    async ready() {
      const read = () => over || /Bursar is ready/.test(text);
      await until('the banner', read, READY_LIMIT_MS);
      if (over) throw new Error(`It ended instead:\n${text}`);
      return until('the whole banner', () => readBanner(text));
    },
  };
}

function readBanner(text: string): Banner | null {
  const key = /Operator key +(\S+)/.exec(text)?.[1];
  const url = /API and pages +(\S+)/.exec(text)?.[1];
  const emulatorUrl = /Stripe emulator +(\S+)/.exec(text)?.[1] ?? '';
  const commands = text.split('\n').filter((line) => line.startsWith('curl '));
  if (key === undefined || url === undefined || !text.includes('/v1/charges')) return null;
  return { api: systemApi(url, key), key, emulatorUrl, commands };
}

/** Waits until nothing that belongs to the folder lives any more. */
export const untilAllGone = (dataDir: string): Promise<true> =>
  until('nothing is left running', () => processesOf(dataDir).length === 0 || null, GONE_LIMIT_MS);

/** For the end of a test, whatever became of it: kills what is left by its ids, and removes the folder. */
export async function removeDataFolder(dataDir: string): Promise<void> {
  for (const { pid } of processesOf(dataDir)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // One that ended in between is what we want.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
  await untilAllGone(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}

/** Runs a pasted line in a plain POSIX shell, and answers with the JSON that curl printed. */
export async function paste(command: string, shell = 'sh'): Promise<ReturnType<typeof JSON.parse>> {
  const { stdout } = await promisify(execFile)(shell, ['-c', command], { timeout: 90_000 });
  return JSON.parse(stdout);
}
