import { describe, expect, inject, it } from 'vitest';

export type QueueBackendName = 'postgres' | 'redis';

/**
 * Runs the suite once for each queue backend. Where Redis is missing, one test says in its name why
 * that half did not run, and fails in CI, where a gap would go unnoticed.
 */
export function describeOnBackends(name: string, suite: (backend: QueueBackendName) => void): void {
  describe(`${name} (queues on PostgreSQL)`, () => suite('postgres'));
  const redis = inject('redis');
  if (redis.kind !== 'none') {
    describe(`${name} (queues on Redis)`, () => suite('redis'));
    return;
  }
  didNotRun(`${name} (queues on Redis)`, redis.reason);
}

/** Stands in for a suite that cannot run here. */
export function didNotRun(name: string, reason: string): void {
  it(`${name} did not run: ${reason}`, () => {
    expect(process.env['CI'], reason).not.toBe('true');
  });
}
