import { spawnSync } from 'node:child_process';
import { loadWithAutocannon } from './autocannon-load.ts';
import type { Load } from './load.ts';
import { openLoadFromNode } from './open-load.ts';
import { loadWithWrk, openLoadWithWrk } from './wrk-load.ts';

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

/**
 * Charges that arrive by chance at a mean rate, whether or not those before were answered: a slow
 * answer does not slow the arrivals, as it would with a few connections.
 */
export function sendOpenLoad(
  port: number,
  key: string,
  perSecond: number,
  seconds: number,
): Promise<Load> {
  const send = HAS_WRK ? openLoadWithWrk : openLoadFromNode;
  return send(port, key, perSecond, seconds);
}
