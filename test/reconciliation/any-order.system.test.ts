import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { LIVES, liveThrough, remainsOf, type Life, type SaleKind } from './lifecycles.ts';
import { reconcile } from './reconciling.ts';

const LIMIT_MS = 600_000;
const RUNS = Number(process.env['FC_RUNS'] ?? 8);

const scenario = fc.record({
  life: fc.constantFrom(...LIVES),
  /** Where each event goes in the order of delivery; equal places keep Stripe's order. */
  places: fc.array(fc.nat({ max: 100 }), { minLength: 40, maxLength: 40 }),
  copies: fc.oneof(
    fc.array(fc.constantFrom(0, 1, 1, 1, 2, 3), { minLength: 40, maxLength: 40 }),
    fc.array(fc.constantFrom(1, 1, 2), { minLength: 40, maxLength: 40 }),
  ),
});

/** Where the events of one life go, with copies, and without those that are lost. */
const planOf = (
  events: readonly string[],
  { places, copies }: { places: readonly number[]; copies: readonly number[] },
): string[] =>
  events
    .flatMap((event, at) =>
      Array.from({ length: copies[at % copies.length] ?? 1 }, (_, copy) => ({
        event,
        place: places[(at + copy) % places.length] ?? 0,
      })),
    )
    .toSorted((a, b) => a.place - b.place)
    .map(({ event }) => event);

describe('one payment’s life, told in any way', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, 120_000);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  it.each<SaleKind>(['order', 'top-up', 'subscription'])(
    'payment case 14: %s: shuffled, repeated and lost, its events end in the same ledger, and a reconciliation finds nothing',
    async (kind) => {
      const seen = new Map<Life, object>();
      await fc.assert(
        fc.asyncProperty(scenario, async ({ life, ...telling }) => {
          const { wallet, events } = await liveThrough(system, kind, life);
          for (const event of planOf(events, telling)) await system.emulator.resend(event);
          await untilQuiet(system, 60_000);
          // What was lost is found as the timetable would find it.
          await reconcile(system, 'repair');
          const remains = await remainsOf(system, wallet);
          expect(remains).toMatchObject({ balance: life.left, owed: '0' });
          expect(remains).toEqual(seen.get(life) ?? remains);
          seen.set(life, remains);
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
    },
  );
});
