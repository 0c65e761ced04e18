import { expect, it } from 'vitest';
import { createLeasedWindows } from '../src/limits/leased-windows.ts';
import type { WindowStore } from '../src/limits/window-store.ts';

const LIMIT = { points: 100, seconds: 60 };

/** A store in memory that counts how often it is asked. */
const store = () => {
  const windows = new Map<string, number>();
  const asked: number[] = [];
  const shared: WindowStore = {
    add: async (name, points) => {
      asked.push(points);
      const now = (windows.get(name) ?? 0) + points;
      windows.set(name, now);
      return { points: now, leftMs: 60_000 };
    },
  };
  return { shared, asked };
};

const never = (error: unknown): void => {
  throw error;
};

const takeMany = async (
  replicas: ReturnType<typeof createLeasedWindows>[],
  count: number,
): Promise<number> => {
  const taken = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      replicas[i % replicas.length]!.take('key/write', 1, LIMIT),
    ),
  );
  return taken.filter(({ allowed }) => allowed).length;
};

it('grants exactly the limit to one replica, in few round trips', async () => {
  const { shared, asked } = store();
  const replica = createLeasedWindows(shared, never);
  expect(await takeMany([replica], 250)).toBe(100);
  expect(asked.length).toBeLessThanOrEqual(21);
  const after = await replica.take('key/write', 1, LIMIT);
  expect(after).toMatchObject({ allowed: false, remaining: 0 });
  expect(after.resetMs).toBeGreaterThan(59_000);
  expect(asked.length).toBeLessThanOrEqual(21);
});

it('grants never more than the limit to several replicas, and nearly all of it', async () => {
  const { shared } = store();
  const replicas = [1, 2, 3].map(() => createLeasedWindows(shared, never));
  const granted = await takeMany(replicas, 600);
  expect(granted).toBeLessThanOrEqual(100);
  expect(granted).toBeGreaterThanOrEqual(85);
});

it('lets what is larger than a whole window pass when the window is whole, and only then', async () => {
  const { shared } = store();
  const replica = createLeasedWindows(shared, never);
  expect(await replica.take('key/write', 1_000, LIMIT)).toMatchObject({ allowed: true });
  expect(await replica.take('key/write', 1, LIMIT)).toMatchObject({ allowed: false });
});

it('counts by a new limit from the next request on', async () => {
  const { shared } = store();
  const replica = createLeasedWindows(shared, never);
  await replica.take('key/write', 50, LIMIT);
  const tight = { points: 10, seconds: 60 };
  expect(await replica.take('key/write', 1, tight)).toMatchObject({ allowed: false });
});

it.each([
  ['refuses', () => Promise.reject(new Error('away'))],
  ['hangs', () => new Promise<never>(() => undefined)],
])('counts alone while the store %s, and waits for it once', async (_how, add) => {
  const failures: unknown[] = [];
  const replica = createLeasedWindows({ add }, (error) => failures.push(error));
  const startedMs = performance.now();
  expect(await takeMany([replica], 250)).toBe(100);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(failures).toHaveLength(1);
});
