import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isAlive, processesIn, readProcess, type ProcessEntry } from './process-table.ts';

const stopTimeoutMs = 15_000;
const stragglerTimeoutMs = 3_000;
const pollEveryMs = 50;

/** The parent's id in the server's arguments tells an orphan from a server that is in use. */
export function parentMark(pid: number): string {
  return `bursar_parent_${pid}`;
}

/**
 * Makes way for a new server on this cluster: stops an orphan whose parent died, removes the lock
 * file of a server that is surely gone, and throws when a living Bursar still uses the cluster.
 */
export async function clearLeftoverServer(cluster: {
  readonly clusterDir: string;
  readonly log: (line: string) => void;
}): Promise<void> {
  const lockFile = join(cluster.clusterDir, 'postmaster.pid');
  const pid = readPid(lockFile);
  const entry = pid === null ? null : readProcess(pid);
  // Without a process PostgreSQL clears up itself, and checks for stray backends while it does so.
  if (pid === null || entry === null) return;
  if (entry.zombie || !isServerOf(entry, cluster.clusterDir)) {
    await removeLockOfGone(lockFile, cluster.clusterDir);
    return;
  }
  if (entry.commandLine.includes(`=${parentMark(entry.parentPid)} `)) {
    throw new EmbeddedPostgresError(
      `Another Bursar (process ${entry.parentPid}) already uses the database in ${cluster.clusterDir}: stop it first, or give this one another folder with BURSAR_DATA_DIR.`,
    );
  }
  cluster.log(`Stopping the database server ${pid}, which an earlier run left behind.`);
  await stopProcess(pid, cluster.clusterDir);
}

function readPid(lockFile: string): number | null {
  if (!existsSync(lockFile)) return null;
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  return Number.isNaN(pid) ? null : pid;
}

/** A server works inside its cluster; where the system hides that, its arguments must name it. */
function isServerOf(entry: ProcessEntry, clusterDir: string): boolean {
  if (entry.workingDir !== null) return entry.workingDir === clusterDir;
  return entry.commandLine.includes(` ${clusterDir} `);
}

/**
 * PostgreSQL takes a zombie, or a stranger that got the old number, for its living server and would
 * refuse for ever. The lock may only go once no backend of the old server is left on the cluster.
 */
async function removeLockOfGone(lockFile: string, clusterDir: string): Promise<void> {
  const gone = await until(() => processesIn(clusterDir).length === 0, stragglerTimeoutMs);
  if (gone) rmSync(lockFile, { force: true });
}

/** Fast shutdown first; a server that hangs is ended at once, and recovers from its log at start. */
async function stopProcess(pid: number, clusterDir: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal);
    } catch (cause) {
      if (!isAlive(pid)) return;
      throw new EmbeddedPostgresError(
        `The database server ${pid} in ${clusterDir} belongs to another user: stop it as that user ("kill ${pid}") and start again.`,
        { cause },
      );
    }
    if (await until(() => readProcess(pid)?.zombie ?? true, stopTimeoutMs)) return;
  }
  throw new EmbeddedPostgresError(
    `The database server ${pid}, left behind in ${clusterDir} by an earlier run, does not stop: end it with "kill -9 ${pid}" and start again.`,
  );
}

async function until(holds: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() >= deadline) return false;
    await delay(pollEveryMs);
  }
  return true;
}
