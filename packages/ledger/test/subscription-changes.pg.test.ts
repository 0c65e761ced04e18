import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginSubscriptionChange, finishSubscriptionChange } from '../src/operations.ts';
import { codeOf, openWorlds } from './outcome-world.ts';
import { newHead } from './reads-fixtures.ts';
import { subscribed } from './subscription-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

/** A new subscription, and the two ends of each change of it. */
async function changing() {
  const { worker, zoe } = await worlds.newWorld();
  const subscription = await subscribed(worker, worlds.database.db, zoe);
  const asked = { subscription, plan: null, quantity: 2 };
  return {
    subscription,
    begin: async (head = newHead()) => codeOf(await beginSubscriptionChange(worker, head, asked)),
    finish: async (
      head = newHead(),
      error: Parameters<typeof finishSubscriptionChange>[3] = null,
    ) => codeOf(await finishSubscriptionChange(worker, head, subscription, error)),
  };
}

it('one change at a time: another is refused until the first is decided', async () => {
  const { begin, finish } = await changing();
  const [first, second] = [newHead(), newHead()];
  expect(await begin(first)).toBe('pending');
  expect(await begin(second)).toBe('rejected: change_in_progress');
  expect(await begin(second)).toBe('replayed: change_in_progress');
  // Ending a subscription is a command of its own, which waits for nobody.
  expect(await finish()).toBe('applied');
  expect(await begin(first)).toBe('pending');
  expect(await finish(first)).toBe('applied');
  expect(await begin(first)).toBe('replayed');
  expect(await begin()).toBe('pending');
});

it('of many at once, one begins', async () => {
  const { begin } = await changing();
  const codes = await Promise.all(Array.from({ length: 5 }, () => begin()));
  expect(codes.filter((code) => code === 'pending')).toHaveLength(1);
  expect(codes.filter((code) => code === 'rejected: change_in_progress')).toHaveLength(4);
});

it('a refusal of Stripe lets the next one begin', async () => {
  const { begin, finish } = await changing();
  const head = newHead();
  await begin(head);
  const refusal = { code: 'payment_refused', detail: 'Renew the card.' } as const;
  expect(await finish(head, refusal)).toBe('rejected: payment_refused');
  expect(await begin()).toBe('pending');
});

it('one that was not heard of for an hour gives way, and is refused when it comes back', async () => {
  const { subscription, begin, finish } = await changing();
  const [lost, next] = [newHead(), newHead()];
  await begin(lost);
  const age = () => worlds.database.db`
    update bursar.subscriptions set changing_since = changing_since - interval '61 minutes'
    where id = ${subscription}::uuid`;
  await age();
  expect(await begin(lost)).toBe('pending');
  expect(await begin(next)).toBe('rejected: change_in_progress');
  await age();
  const later = newHead();
  expect(await begin(later)).toBe('pending');
  expect(await begin(lost)).toBe('replayed: change_in_progress');
  expect(await finish(lost)).toBe('replayed: change_in_progress');
  expect(await begin()).toBe('rejected: change_in_progress');
  expect(await finish(later)).toBe('applied');
});
