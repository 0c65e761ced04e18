import { describe, expect, it } from 'vitest';
import { redisMissing } from './local-redis.ts';

/**
 * Runs the suite where a Redis server can be started. Elsewhere one test says in its name why it
 * did not run, and fails in CI, where a missing server would silently halve the coverage.
 */
export function describeWithRedis(name: string, suite: () => void): void {
  const missing = redisMissing();
  if (missing === undefined) {
    describe(name, suite);
    return;
  }
  it(`${name} did not run: ${missing}`, () => {
    expect(process.env['CI'], missing).not.toBe('true');
  });
}
