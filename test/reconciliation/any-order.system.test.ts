import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { chargeOf, ordered, reconcile } from './reconciling.ts';

const LIMIT_MS = 600_000;
const RUNS = Number(process.env['FC_RUNS'] ?? 10);

/** What happens to an order of 500 credits after it was paid, and what must be left of it. */
const LIVES = [
  { refunds: [], dispute: null, left: '500', owed: '0' },
  { refunds: [167, 167], dispute: null, left: '166', owed: '0' },
  { refunds: [200, 300], dispute: null, left: '0', owed: '0' },
  { refunds: [], dispute: 'won', left: '500', owed: '0' },
  { refunds: [], dispute: 'lost', left: '0', owed: '0' },
  { refunds: [200], dispute: 'lost', left: '0', owed: '0' },
  { refunds: [200], dispute: 'won', left: '300', owed: '0' },
] as const;

const scenario = fc.record({
  life: fc.constantFrom(...LIVES),
  /** Where each event goes in the order of delivery; equal places keep Stripe's order. */
  places: fc.array(fc.nat({ max: 100 }), { minLength: 40, maxLength: 40 }),
  copies: fc.oneof(
    fc.array(fc.constantFrom(0, 1, 1, 1, 2, 3), { minLength: 40, maxLength: 40 }),
    fc.array(fc.constantFrom(1, 1, 2), { minLength: 40, maxLength: 40 }),
  ),
});

describe('an order’s events', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, 120_000);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  /** Lives through it at Stripe while nothing is delivered; answers the events, the oldest first. */
  const live = async (life: (typeof LIVES)[number]) => {
    await system.emulator.deliveries('drop');
    const before = new Set((await system.emulator.delivered()).map(({ event }) => event));
    const order = await ordered(system);
    await system.emulator.pay(order.session);
    const charge = await chargeOf(system, order);
    for (const amount of life.refunds) await system.emulator.refund(charge, amount);
    if (life.dispute !== null) {
      await system.emulator.dispute(charge);
      await system.emulator.dispute(charge, life.dispute);
    }
    const events = new Set((await system.emulator.delivered()).map(({ event }) => event));
    await system.emulator.deliveries('normal');
    return { order, events: [...events].filter((event) => !before.has(event)).toReversed() };
  };

  it('payment case 14: shuffled, repeated and lost in any way, they end in the same ledger', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ life, places, copies }) => {
        const { order, events } = await live(life);
        const plan = events
          .flatMap((event, at) =>
            Array.from({ length: copies[at] ?? 1 }, (_, copy) => ({
              event,
              place: places[(at + copy) % places.length] ?? 0,
            })),
          )
          .toSorted((a, b) => a.place - b.place);
        for (const { event } of plan) await system.emulator.resend(event);
        await untilQuiet(system, 60_000);
        const left = async () => {
          const { balance, owed } = await system.api.wallet(order.wallet);
          return { balance, owed };
        };
        const expected = { balance: life.left, owed: life.owed };
        // Only what was lost needs anybody to look for it.
        const isTold = events.every((event) => plan.some((one) => one.event === event));
        if (isTold) expect(await left()).toEqual(expected);
        await reconcile(system, 'repair');
        expect(await left()).toEqual(expected);
        const again = await reconcile(system, 'repair');
        expect(again.findings).toEqual([]);
        expect(again.run.report.money_proof).toMatchObject({
          holds: true,
          items: [],
          in_flight: [],
        });
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
