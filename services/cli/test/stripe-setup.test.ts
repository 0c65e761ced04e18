import { startStripeEmulator, type StripeEmulator } from '@bursar/stripe-emulator';
import { handledEvents } from '@bursar/payments';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

let emulator: StripeEmulator;
beforeEach(async () => {
  emulator = await startStripeEmulator({});
});
afterEach(() => emulator.stop());

const run = (args: string[] = [], env: Record<string, string> = {}) =>
  runCli(['--json', 'stripe', 'setup', ...args], {
    STRIPE_SECRET_KEY: 'sk_test_setup',
    STRIPE_API_URL: emulator.url,
    PUBLIC_URL: 'https://credits.example.com',
    ...env,
  });
const report = async (...asked: Parameters<typeof run>) => {
  const { exitCode, stdout, stderr } = await run(...asked);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
};
const actionsOf = ({ changes }: { changes: { action: string }[] }) =>
  new Set(changes.map(({ action }) => action));
const listed = async (path: string) => {
  const headers = { Authorization: 'Bearer sk_test_setup' };
  const response = await fetch(`${emulator.url}/v1/${path}`, { headers });
  return ((await response.json()) as { data: Record<string, unknown>[] }).data;
};

it('makes packs, the portal and the endpoint once, and tells the secret once', async () => {
  const first = await report();
  expect(actionsOf(first)).toEqual(new Set(['created']));
  expect(first.changes).toHaveLength(10);
  expect(first.webhook_secret).toMatch(/^whsec_/);
  const [endpoint, ...others] = await listed('webhook_endpoints');
  expect(others).toEqual([]);
  expect(endpoint).toMatchObject({
    url: 'https://credits.example.com/webhooks/stripe',
    api_version: '2026-10-28.endive',
    enabled_events: handledEvents,
  });
  expect(await listed('prices?lookup_keys[0]=bursar_pack_starter_usd')).toMatchObject([
    { unit_amount: 500, currency: 'usd', product: 'bursar_pack_starter' },
  ]);
  const second = await report();
  expect(actionsOf(second)).toEqual(new Set(['unchanged']));
  expect(second.webhook_secret).toBeNull();
});

it('changes nothing in a dry run, and says what it would do', async () => {
  const dry = await report(['--dry-run']);
  expect(dry).toMatchObject({ dry_run: true, webhook_secret: null });
  expect(actionsOf(dry)).toEqual(new Set(['created']));
  expect(await listed('products')).toEqual([]);
  expect(await listed('webhook_endpoints')).toEqual([]);
});

it('follows a new rate with a new price under the same key', async () => {
  await report();
  const { changes } = await report([], { CREDITS_PER_UNIT: '50' });
  expect(changes.filter((one: { action: string }) => one.action === 'changed')).toHaveLength(4);
  expect(await listed('prices?lookup_keys[0]=bursar_pack_starter_usd')).toMatchObject([
    { unit_amount: 1000 },
  ]);
});

it('refuses a live key for another host, and says what is missing', async () => {
  const live = await run([], { STRIPE_SECRET_KEY: 'rk_live_secret' });
  expect(live.exitCode).toBe(2);
  expect(live.stderr).toContain('a live key is sent to Stripe only');
  const bare = await runCli(['stripe', 'setup'], {});
  expect(bare.exitCode).toBe(2);
  expect(bare.stderr).toContain('STRIPE_SECRET_KEY');
});
