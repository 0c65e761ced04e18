import autocannon from 'autocannon';
import { WALLETS } from '../stage.ts';
import { bodyFor, type Load } from './load.ts';

/** As `sendLoad`, from a process of Node, which takes about as much of the machine as it gives to measure. */
export async function loadWithAutocannon(
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
