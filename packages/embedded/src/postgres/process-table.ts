import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';

export type ProcessEntry = {
  readonly parentPid: number;
  /** Arguments joined by blanks. */
  readonly commandLine: string;
  /** Null where the system does not tell (macOS, another user's process). */
  readonly workingDir: string | null;
  /** Ended, but not yet collected by its parent. */
  readonly zombie: boolean;
};

/** False only when no process has this id; one of another user counts as alive. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** What the system tells about a process, or null when there is none of that id. */
export function readProcess(pid: number): ProcessEntry | null {
  if (!isAlive(pid)) return null;
  return existsSync('/proc/self/stat') ? readFromProc(pid) : readFromPs(pid);
}

/** Ids of the living processes whose working directory is `folder`; always empty without `/proc`. */
export function processesIn(folder: string): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const entry = readFromProc(pid);
      return entry !== null && !entry.zombie && entry.workingDir === folder;
    });
}

function readFromProc(pid: number): ProcessEntry | null {
  const stat = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) return null;
  // The second field is the program's name in parentheses and may itself contain blanks.
  const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const commandLine = readOrNull(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
  return {
    parentPid: Number(parentPid),
    commandLine: commandLine.replaceAll('\0', ' '),
    workingDir: readOrNull(() => readlinkSync(`/proc/${pid}/cwd`)),
    zombie: state === 'Z',
  };
}

function readFromPs(pid: number): ProcessEntry | null {
  const flags = ['-o', 'ppid=,stat=,command=', '-p', String(pid)];
  const answer = spawnSync('ps', flags, { encoding: 'utf8', timeout: 5_000 });
  const match = /^\s*(\d+)\s+(\S+)\s+(.*)$/m.exec(answer.stdout ?? '');
  if (match === null) return null;
  return {
    parentPid: Number(match[1]),
    commandLine: match[3] ?? '',
    workingDir: null,
    zombie: match[2]?.startsWith('Z') ?? false,
  };
}

/** A process may end between two looks at it, or belong to somebody else: both mean "not told". */
function readOrNull(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(code))) return null;
    throw error;
  }
}
