import { describe, expect, it } from 'vitest';
import { createHealth } from '../src/index.ts';

const fine = { name: 'queue', check: async () => 'pong' };

describe('readiness', () => {
  it('holds while every check passes', async () => {
    expect(await createHealth([fine]).report()).toEqual({
      ready: true,
      checks: [{ name: 'queue', ok: true }],
    });
  });

  it('fails with the reason of the check that fails', async () => {
    const broken = { name: 'database', check: () => Promise.reject(new Error('refused')) };
    const report = await createHealth([fine, broken]).report();
    expect(report.ready).toBe(false);
    expect(report.checks).toContainEqual({ name: 'database', ok: false, reason: 'refused' });
  });

  it('fails when a check does not answer within two seconds', async () => {
    const stuck = { name: 'database', check: () => new Promise(() => {}) };
    const startedMs = performance.now();
    const report = await createHealth([fine, stuck]).report();
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(report.ready).toBe(false);
    expect(report.checks[1]).toEqual({ name: 'database', ok: false, reason: 'no answer in time' });
  });

  it('fails from the moment the process drains, although every check passes', async () => {
    const health = createHealth([fine]);
    health.drain();
    const report = await health.report();
    expect(report.ready).toBe(false);
    expect(report.checks[0]).toEqual({ name: 'queue', ok: true });
  });
});
