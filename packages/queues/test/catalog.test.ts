import { jobPayloads } from '@bursar/contracts';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../src/backoff.ts';
import { catalog, chargeShard, queueNames } from '../src/index.ts';

const DAY_MS = 86_400_000;

describe('the catalog', () => {
  it('has a row for every job of the contracts, and no other', () => {
    expect(Object.keys(catalog).toSorted()).toEqual(Object.keys(jobPayloads).toSorted());
  });

  it('names one queue a shard and one for each other family', () => {
    expect(queueNames(3)).toEqual([
      'charges-0',
      'charges-1',
      'charges-2',
      'ledger',
      'payments',
      'notices',
      'schedules',
    ]);
  });

  it.each([
    'apply-charges',
    'apply-command',
    'open-purchase',
    'handle-stripe-event',
    'fulfil-purchase',
  ] as const)(
    'keeps trying %s for five days of outage even if every wait is the shortest',
    (job) => {
      const row = catalog[job];
      let totalMs = 0;
      for (let attempt = 1; attempt < row.attemptsMax; attempt += 1)
        totalMs += backoffMs(row, attempt, 0);
      expect(totalMs).toBeGreaterThan(5 * DAY_MS);
      expect(row.deadLettersKept).toBe('all');
    },
  );
});

describe('the wait before an attempt', () => {
  it('doubles from the first to the cap and never leaves its upper half', () => {
    const row = catalog['apply-charges'];
    const waits = [1, 2, 3, 9, 10, 1_000].map((attempt) => [
      backoffMs(row, attempt, 0),
      backoffMs(row, attempt, 1),
    ]);
    expect(waits).toEqual([
      [50, 100],
      [100, 200],
      [200, 400],
      [12_800, 25_600],
      [15_000, 30_000],
      [15_000, 30_000],
    ]);
  });
});

describe('the shard of a wallet', () => {
  it('is the same for ever: these values may never change', () => {
    expect(['user:ana', 'user:bob', 'org:acme'].map((wallet) => chargeShard(wallet, 8))).toEqual([
      0, 2, 3,
    ]);
  });

  it('spreads wallets evenly', () => {
    const counts = [0, 0, 0, 0];
    for (let index = 0; index < 10_000; index += 1) {
      const shard = chargeShard(`user:${index}`, 4);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(2_300);
  });
});
