import type { Redis } from 'ioredis';
import { reasonOf } from '../queue-errors.ts';

/** The settings an accepted job's life depends on, as they must stand. */
const REQUIRED = [
  {
    name: 'appendonly',
    value: 'yes',
    why: 'without the append-only file a restart loses every queued command',
  },
  {
    name: 'appendfsync',
    value: 'always',
    why: 'otherwise a power cut loses up to the last second (everysec) or more (no)',
  },
  {
    name: 'maxmemory-policy',
    value: 'noeviction',
    why: 'otherwise a full memory evicts queued commands instead of refusing new ones',
  },
] as const;

/** One text per fault, each with the lines that mend it; empty when accepted jobs are safe here. */
export async function durabilityFaults(node: Redis): Promise<readonly string[]> {
  const host = node.options.host ?? '127.0.0.1';
  const port = node.options.port ?? 6379;
  const faults: string[] = [];
  for (const { name, value, why } of REQUIRED) {
    const found = await readSetting(node, name);
    if ('unreadable' in found) return [unreadableFault(host, port, found.unreadable)];
    if (found.value === value) continue;
    faults.push(
      `${name} is "${found.value ?? ''}" and must be "${value}": ${why}. ` +
        `Now: redis-cli -h ${host} -p ${port} CONFIG SET ${name} ${value}. ` +
        `For good, in redis.conf: ${name} ${value}`,
    );
  }
  return faults;
}

type Found = { readonly value: string | undefined } | { readonly unreadable: string };

async function readSetting(node: Redis, name: string): Promise<Found> {
  try {
    const reply = await node.config('GET', name);
    return { value: Array.isArray(reply) ? reply[1] : undefined };
  } catch (error) {
    // Only a refusal by Redis itself means "forbidden"; a lost connection is the caller's to report.
    if (error instanceof Error && error.name === 'ReplyError') {
      return { unreadable: reasonOf(error) };
    }
    throw error;
  }
}

function unreadableFault(host: string, port: number, reason: string): string {
  return (
    `${host}:${port} does not let us read its settings (${reason}), as managed services often do. ` +
    'Set appendonly yes, appendfsync always and maxmemory-policy noeviction in the provider’s ' +
    'console, or allow CONFIG GET to this user (ACL SETUSER <user> +config|get).'
  );
}
