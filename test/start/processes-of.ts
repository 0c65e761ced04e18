import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

interface Process {
  pid: number;
  /** Arguments joined by blanks. */
  command: string;
}

/**
 * The living processes that belong to a start on this data folder: ours carry it in their
 * environment, the database works inside it. Read from `/proc`, so that no name is guessed.
 */
export function processesOf(dataDir: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), command: content(name, 'cmdline') }))
    .filter(({ pid, command }) => {
      if (/^\) Z /m.test(content(String(pid), 'stat').replace(/^.*(?=\) )/s, ''))) return false;
      const environment = content(String(pid), 'environ').split(' ');
      return (
        environment.includes(`BURSAR_DATA_DIR=${dataDir}`) ||
        command.includes(`${dataDir}/`) ||
        workingDir(pid).startsWith(`${dataDir}/`)
      );
    });
}

/** A process may end between two looks at it; then there is nothing to read any more. */
function content(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

function workingDir(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code));
