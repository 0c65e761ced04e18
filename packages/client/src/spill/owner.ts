import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Which process writes a segment; kept beside the segments. */
export interface Owner {
  pid: number;
  /** When the process started, in ticks since boot; `null` where the system does not tell. */
  started: string | null;
  /** Where a process number means something: this boot of this kernel and its process namespace. */
  place: string | null;
  host: string;
}

/** Owners show that they live this often, and are given up after the other. */
export const BEAT_MS = 10_000;
const SILENT_MS_MAX = 60_000;

export function thisProcess(): Owner {
  return {
    pid: process.pid,
    started: attempt(() => startOf(readFileSync('/proc/self/stat', 'utf8'))),
    place: attempt(
      () =>
        `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`,
    ),
    host: hostname(),
  };
}

/**
 * Whether the process that wrote this owner file still runs. Where that cannot be seen (another
 * machine, container or boot), one that has shown no sign of life for a minute counts as ended.
 */
export async function isAlive(file: string): Promise<boolean> {
  const owner = await readOwner(file);
  const here = thisProcess();
  if (owner !== null && owner.place !== null && owner.place === here.place) {
    return (await startedAt(owner.pid)) === owner.started;
  }
  if (owner !== null && owner.place === null && owner.host === here.host && !exists(owner.pid)) {
    return false;
  }
  const { mtimeMs } = await stat(file);
  return Date.now() - mtimeMs < SILENT_MS_MAX;
}

/** `null` for a file that is torn: its writer died, or writes it right now. */
async function readOwner(file: string): Promise<Owner | null> {
  try {
    const owner: Owner = JSON.parse(await readFile(file, 'utf8'));
    return owner;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** `null` when no such process runs; one that has ended and waits for its parent does not. */
async function startedAt(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state] = fieldsOf(text);
    return state === 'Z' || state === 'X' ? null : startOf(text);
  } catch {
    return null;
  }
}

/** The command's name is in parentheses and may contain anything. */
const fieldsOf = (text: string): string[] => text.slice(text.lastIndexOf(')') + 2).split(' ');
const startOf = (text: string): string => fieldsOf(text)[19] ?? '';

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, but belongs to somebody else.
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
  }
}

function attempt<Value>(look: () => Value): Value | null {
  try {
    return look();
  } catch {
    return null;
  }
}
