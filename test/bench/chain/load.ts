import autocannon from 'autocannon';
import { WALLETS } from '../stage.ts';
import { OPERATOR_KEY } from './child.ts';

export interface Load {
  /** Answers with a status of 2xx. */
  answered: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Charges any wallet, each under a key of its own, from so many connections at once. */
export async function sendLoad(
  port: number,
  key: string,
  connections: number,
  seconds: number,
): Promise<Load> {
  const bodies = Array.from({ length: WALLETS }, (_, wallet) => bodyFor(wallet));
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/v1/charges`,
    method: 'POST',
    connections,
    duration: seconds,
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': '[<id>]',
    },
    idReplacement: true,
    requests: [
      {
        setupRequest: (request) => ({
          ...request,
          body: bodies[Math.floor(Math.random() * WALLETS)] ?? '',
        }),
      },
    ],
  });
  const bad = result.errors + result.timeouts + result.non2xx;
  if (bad > 0) throw new Error(`${bad} of ${result.requests.total} requests failed.`);
  return {
    answered: result['2xx'],
    perSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

export const bodyFor = (wallet: number): string =>
  JSON.stringify({
    wallet: `user:w${wallet}`,
    amount: '2.5',
    product: 'notebooks',
    description: 'Cell 12 of a notebook',
  });

const NO_LIMIT = { writes: 'off', reads: 'off', burst: 'off' };

/** A key as products have it but without limits, made as an operator makes it. */
export async function makeProductKey(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/api-keys`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${OPERATOR_KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'Load', scopes: ['charges:write'], rate_limit: NO_LIMIT }),
  });
  const made = (await response.json()) as { key?: string };
  if (made.key === undefined) throw new Error(`No key was made: ${response.status}.`);
  return made.key;
}
