import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time in milliseconds that a process and its children have used, the ended ones included. A
 * steadier figure than a rate on a machine that others use too. Zero where there is no /proc.
 */
export function cpuMs(pid: number): number {
  const own = readStat(pid);
  if (own === null) return 0;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.parent === pid);
  return [own, ...children].reduce((sum, stat) => sum + (stat?.ticks ?? 0), 0) * MS_PER_TICK;
}

/** Linux counts in hundredths of a second, whatever its own clock. */
const MS_PER_TICK = 10;

function readStat(pid: number): { parent: number; ticks: number } | null {
  try {
    // The name in brackets may hold spaces, so the fields are counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    // A process that has ended meanwhile, or a system without /proc.
    return null;
  }
}
