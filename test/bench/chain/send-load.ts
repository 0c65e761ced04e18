import { spawnSync } from 'node:child_process';
import { loadWithAutocannon } from './autocannon-load.ts';
import type { Load } from './load.ts';
import { loadWithWrk } from './wrk-load.ts';

const HAS_WRK = spawnSync('wrk', ['-v']).error === undefined;

/** The client that sends the load; it shares the machine with what it measures. */
export const LOAD_CLIENT = HAS_WRK ? 'wrk' : 'autocannon';

/** Charges any wallet, each under a key of its own, from so many connections at once. */
export function sendLoad(
  port: number,
  key: string,
  connections: number,
  seconds: number,
): Promise<Load> {
  const send = HAS_WRK ? loadWithWrk : loadWithAutocannon;
  return send(port, key, connections, seconds);
}
