import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../services/cli/test/run-cli.ts';
import { until } from '../harness/until.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { atStripe, bought, finished } from './reconciling.ts';

const LIMIT_MS = 600_000;

describe('bursar on an installation that sells', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  let env: Record<string, string>;
  let window: string[];
  beforeAll(async () => {
    system = await startWholeSystem({
      backend: 'postgres',
      settings: { ADMIN_PORT: '0', RECONCILIATION_GRACE_SECONDS: '0' },
    });
    env = { DATABASE_URL: system.database.url };
    window = ['--to', new Date(Date.now() + 86_400_000).toISOString()];
    const { body } = await until('the timetable has begun', async () => {
      const answered = await system.api.get('/v1/reconciliations');
      return answered.body.data.length > 0 && answered;
    });
    // From here on nobody else runs one, whatever the time of day.
    await system.queues.retainSchedules([]);
    await finished(system, body.data[0].id);
  }, LIMIT_MS);
  afterAll(() => system.stop());

  it('reconcile prints a report and ends with 0 when all agrees', async () => {
    await bought(system);
    const run = await runCli(['reconcile', '--dry-run', ...window], env);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toMatch(/usd +0\.00 +5\.00 +-0\.45 +0\.00 .* 4\.55 +0\.00 +0\.00\n/);
    expect(run.stdout).toContain('The money is proven');
    expect(run.stdout).toContain(
      '0 differences, 0 repaired, 0 parked, 0 unresolved. No case is open.',
    );
  });

  it('reconcile ends with 1 while something is unresolved, and cases closes it with a reason', async () => {
    await atStripe(system, '/v1/payment_intents', {
      amount: '900',
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: 'true',
      'automatic_payment_methods[enabled]': 'true',
      'automatic_payment_methods[allow_redirects]': 'never',
    });
    await untilQuiet(system, 60_000);
    const run = await runCli(['reconcile', '--repair', '--json', ...window], env);
    expect(run).toMatchObject({ exitCode: 1, stderr: '1 differences are unresolved.\n' });
    const { findings } = JSON.parse(run.stdout);
    expect(findings).toMatchObject([{ class: 'ORPHAN_CHARGE', deltaMinor: '900' }]);
    const listed = await runCli(['cases', 'list'], env);
    expect(listed.stdout).toContain(findings[0].id);
    expect((await runCli(['cases', 'resolve', findings[0].id], env)).exitCode).toBe(2);
    const closing = ['cases', 'resolve', findings[0].id, '--reason', 'A workshop'];
    expect(await runCli(closing, env)).toMatchObject({ exitCode: 0 });
    expect(await runCli(['reconcile', ...window], env)).toMatchObject({ exitCode: 0 });
  });

  it('reconcile tells mistakes of the caller from outages', async () => {
    const mistakes = [
      ['--from', 'yesterday'],
      ['--dry-run', '--repair'],
      ['--from', '2026-01-02', '--to', '2026-01-01'],
    ];
    for (const options of mistakes) {
      expect((await runCli(['reconcile', ...options], env)).exitCode).toBe(2);
    }
    const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    expect((await runCli(['reconcile'], away)).exitCode).toBe(3);
  });

  it('stripe-events lists what was received and handles it once more without a second effect', async () => {
    const { wallet } = await bought(system);
    const listed = await runCli(['stripe-events', 'list', '--status', 'processed', '--json'], env);
    const events: { id: string; type: string }[] = JSON.parse(listed.stdout);
    expect(events.map(({ type }) => type)).toContain('checkout.session.completed');
    const replay = ['stripe-events', 'replay', ...events.slice(0, 5).map(({ id }) => id)];
    expect(await runCli(replay, env)).toMatchObject({ exitCode: 0 });
    await untilQuiet(system, 60_000);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
    const missing = await runCli(['stripe-events', 'replay', 'evt_none'], env);
    expect(missing).toMatchObject({ exitCode: 1, stderr: 'Never received: evt_none.\n' });
  });
});
