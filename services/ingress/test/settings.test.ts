import { SettingsError } from '@bursar/service-host';
import { expect, it } from 'vitest';
import { readIngressSettings } from '../src/index.ts';

const least = { DATABASE_URL: 'postgres://localhost/x', BURSAR_SECRET: 's'.repeat(32) };

const read = () =>
  readIngressSettings({ PORT: '70000', CREDITS_PER_UNIT: '1e2', CREDIT_CURRENCY: 'USD' });

it('fills in what is not set', () => {
  expect(readIngressSettings(least)).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    publicUrl: 'http://127.0.0.1:8080',
    stripeWebhookSecrets: [],
    prices: { currency: 'usd', microPerMajor: 100_000_000n, expiryMonths: 12 },
    chargeShards: 2,
  });
  expect(readIngressSettings({ ...least, PUBLIC_URL: 'https://x.test/' }).publicUrl).toBe(
    'https://x.test',
  );
});

it('names every fault at once', () => {
  expect(read).toThrow(SettingsError);
  for (const name of [
    'PORT',
    'CREDITS_PER_UNIT',
    'CREDIT_CURRENCY',
    'DATABASE_URL',
    'BURSAR_SECRET',
  ]) {
    expect(read).toThrow(name);
  }
});
