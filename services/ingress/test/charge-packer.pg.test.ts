import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChargePacker, type ChargePacker } from '../src/charges/charge-packer.ts';
import { chargeOf } from './harness/charge-item.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
});
afterAll(() => ingress.stop());

interface Pack {
  startedMs: number;
  items: number;
}

/** A packer over real queues and a real database, and the packs it made. */
function startPacker(): { packs: Pack[]; place: () => ReturnType<ChargePacker['place']> } {
  const packs: Pack[] = [];
  const packer = createChargePacker(
    ingress.database.connect('bursar_ingress'),
    ingress.queues,
    { refusal: () => null },
    { count: () => false },
    (items) => packs.push({ startedMs: performance.now(), items }),
  );
  const place = () => packer.place(chargeOf('user:somebody'), false);
  return { packs, place };
}

it('sends a lone charge at once, and those that follow in packs that start some way apart', async () => {
  const { packs, place } = startPacker();
  const placed = [place()];
  for (let charge = 1; charge < 40; charge += 1) {
    await sleep(1);
    placed.push(place());
  }
  expect(await Promise.all(placed)).toEqual(placed.map(() => null));
  expect(packs[0]?.items).toBe(1);
  expect(packs.reduce((sum, { items }) => sum + items, 0)).toBe(40);
  const apart = packs.slice(1).map(({ startedMs }, i) => startedMs - (packs[i]?.startedMs ?? 0));
  // A timer may ring up to a millisecond early.
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(11);
});

it('sends a full pack while the one before is still under way', async () => {
  const { packs, place } = startPacker();
  const placed = Array.from({ length: 1_100 }, place);
  await Promise.race(placed);
  expect(packs.length).toBeGreaterThanOrEqual(2);
  await Promise.all(placed);
  expect(packs.map(({ items }) => items)).toEqual([500, 500, 100]);
});
