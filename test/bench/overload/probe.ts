import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyFor } from '../chain/load.ts';
import { quantile } from '../in-turn.ts';

export interface Probed {
  count: number;
  refused: number;
  p50Ms: number;
  p99Ms: number;
}

const PAUSE_MS = 10;

/** Charges one wallet now and then, waits for each outcome, and tells how long they took. */
export function probe(port: number, key: string, wallet: number): { stop: () => Promise<Probed> } {
  const tookMs: number[] = [];
  let refused = 0;
  const ending = new AbortController();
  const running = (async () => {
    while (!ending.signal.aborted) {
      const startedMs = performance.now();
      const status = await chargeAndWait(port, key, wallet);
      if (status === 200) tookMs.push(performance.now() - startedMs);
      else refused += 1;
      await sleep(PAUSE_MS);
    }
  })();
  return {
    async stop() {
      ending.abort();
      await running;
      return {
        count: tookMs.length,
        refused,
        p50Ms: quantile(tookMs, 0.5),
        p99Ms: quantile(tookMs, 0.99),
      };
    },
  };
}

async function chargeAndWait(port: number, key: string, wallet: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/charges`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
      Prefer: 'wait=20',
    },
    body: bodyFor(wallet),
  });
  await response.arrayBuffer();
  return response.status;
}
