import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart, codeOf } from '../cannot-start.ts';

/**
 * Two starts on one folder would fight over the same database; the second one is refused. Answers
 * with what gives the folder free again.
 */
export function claimDataFolder(path: string): () => void {
  const file = join(path, 'standalone.pid');
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`.trim();
  if (!createExclusively(file, mine)) {
    const owner = livingOwner(file);
    if (owner !== null) {
      throw new CannotStart(
        `Bursar already runs on ${path} (process ${owner}); stop it first, or set BURSAR_DATA_DIR, PORT and STRIPE_EMULATOR_PORT for a second one.`,
      );
    }
    rmSync(file, { force: true });
    if (!createExclusively(file, mine)) {
      throw new CannotStart(`Another start just took ${path}; look at its terminal.`);
    }
  }
  return () => rmSync(file, { force: true });
}

function createExclusively(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The process that claimed the folder, if it still is that process: numbers are given out again. */
function livingOwner(file: string): number | null {
  const [pid = 0, start] = readFileSync(file, 'utf8').split(' ').map(Number);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  const now = startOf(pid);
  if (now === 'ended') return null;
  return start === undefined || now === null || Number(now) === start ? pid : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** When a process started, in the kernel's ticks; null where the system does not tell. */
function startOf(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // Without /proc, or for a process that ended since, there is nothing to compare.
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(codeOf(error))) return null;
    throw error;
  }
  // The second field is the program's name in parentheses and may itself contain blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null);
}
