import type Stripe from 'stripe';
import { BY_ITSELF, type Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { Clock } from '../../state/clock.ts';
import { addIntervals } from '../subscriptions/billing-period.ts';
import { isLive } from '../subscriptions/change-subscription.ts';

type TestClock = Stripe.TestHelpers.TestClock;

const INTERVALS_MAX = 2;
/** How far a clock without subscriptions may go at once. */
const FREE_YEARS = 2;

/** Lets the time of a stored clock stand where its record says. */
export function runClock(emulator: Emulator, { id, frozen_time: frozenTime }: TestClock): void {
  const { log } = emulator;
  emulator.testClocks.get(id)?.clear();
  emulator.testClocks.set(
    id,
    new Clock(
      (error) => log(`an appointment of ${id} failed: ${String(error)}`),
      frozenTime * 1000,
    ),
  );
}

/** Sets out for another time; the clock is ready once everything that falls due on the way is done. */
export function advanceClock(emulator: Emulator, before: TestClock, target: number): TestClock {
  requireReady(before);
  if (target <= before.frozen_time)
    throw invalidRequest(
      'A test clock can only be advanced to a time after its current frozen_time.',
      'frozen_time',
    );
  if (target > furthest(emulator, before))
    throw invalidRequest(
      `A test clock can be advanced by at most ${INTERVALS_MAX} intervals of the shortest subscription on it, and by ${FREE_YEARS} years without one.`,
      'frozen_time',
    );
  const advancing = emulator.state.testClocks.put<TestClock>({
    ...before,
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: target } },
  });
  emitEvent(emulator, BY_ITSELF, 'test_helpers.test_clock.advancing', advancing);
  void arrive(emulator, advancing.id, target);
  return advancing;
}

/** Takes a journey up again that the end of the process interrupted. */
export function resumeClock(emulator: Emulator, { id, status_details: details }: TestClock): void {
  const target = details.advancing?.target_frozen_time;
  if (target !== undefined) void arrive(emulator, id, target);
}

/** An appointment that fails is logged by the clock; it never keeps the clock from arriving. */
async function arrive(emulator: Emulator, id: string, target: number): Promise<void> {
  await emulator.testClocks.get(id)?.advanceTo(target * 1000);
  const current = emulator.state.testClocks.get(id);
  // It may have been deleted on the way, or the state replaced by an older one.
  if (current?.status_details.advancing?.target_frozen_time !== target) return;
  const ready = emulator.state.testClocks.put<TestClock>({
    ...current,
    frozen_time: target,
    status: 'ready',
    status_details: {},
  });
  emitEvent(emulator, BY_ITSELF, 'test_helpers.test_clock.ready', ready);
}

function requireReady({ id, status }: TestClock): void {
  if (status !== 'ready')
    throw invalidRequest(`The test clock ${id} is still advancing; wait until it is ready.`);
}

function furthest({ state }: Emulator, { id, frozen_time: now }: TestClock): number {
  let limit = Number.POSITIVE_INFINITY;
  for (const record of state.subscriptions.values()) {
    const rhythm = record.subscription.items.data[0]?.price.recurring;
    if (record.subscription.test_clock !== id || !isLive(record) || !rhythm) continue;
    limit = Math.min(limit, addIntervals(now, rhythm, INTERVALS_MAX));
  }
  const year = { interval: 'year', interval_count: 1 } as const;
  return Number.isFinite(limit) ? limit : addIntervals(now, year, FREE_YEARS);
}

/** Every appointment of theirs is forgotten with them. */
export function forgetTestClocks({ testClocks }: Emulator): void {
  for (const clock of testClocks.values()) clock.clear();
  testClocks.clear();
}
