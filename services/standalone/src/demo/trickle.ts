import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '@bursar/service-host';
import { sentenceOf } from '../cannot-start.ts';
import type { DemoApi } from './demo-api.ts';
import { PEOPLE } from './people.ts';

const PRODUCTS = ['notebooks', 'ai-gateway', 'tool-marketplace'] as const;
const EVERY_MS = 5_000;
/** Whoever has less than this many credits rests, so that a night of demo leaves nobody in debt. */
const AVAILABLE_MIN = 20;
const HUNDREDTHS_MAX = 150;

/** Lets somebody in the example organization use something every few seconds. */
export function startTrickle(api: DemoApi, say: (line: string) => void): Part {
  const ending = new AbortController();
  void trickle(api, say, ending.signal);
  // A charge under way is not waited for: accepted, it is applied after the next start.
  return { name: 'demo', stop: async () => ending.abort() };
}

async function trickle(
  api: DemoApi,
  say: (line: string) => void,
  ending: AbortSignal,
): Promise<void> {
  let failing = false;
  while (!ending.aborted) {
    try {
      await chargeSomebody(api);
      failing = false;
    } catch (error) {
      // One line for an outage, however long it takes.
      if (!failing && !ending.aborted) say(`A demo charge failed: ${sentenceOf(error)}`);
      failing = true;
    }
    await sleep(EVERY_MS, undefined, { signal: ending }).catch(() => undefined);
  }
}

async function chargeSomebody(api: DemoApi): Promise<void> {
  const wallet = `user:${pick(PEOPLE)[0]}`;
  const found = await api.find(`/v1/wallets/${wallet}`);
  if (found === null || Number(found['available']) < AVAILABLE_MIN) return;
  const hundredths = randomInt(1, HUNDREDTHS_MAX + 1);
  await api.command(randomUUID(), '/v1/charges', {
    wallet,
    amount: `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`,
    product: pick(PRODUCTS),
    description: 'Example usage',
  });
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[randomInt(items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}
