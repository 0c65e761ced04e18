import { readSettings, SettingsError } from '@bursar/service-host';
import { WorkerSettings } from '@bursar/worker';
import { expect, test } from 'vitest';

const NEEDED = {
  DATABASE_URL: 'postgres://localhost/bursar',
  BURSAR_SECRET: 'a secret for tests that is long enough to use',
  STRIPE_SECRET_KEY: 'sk_test_1',
  SMTP_URL: 'smtp://localhost',
  PUBLIC_URL: 'http://localhost',
};

const limitOf = (value?: string) =>
  readSettings(WorkerSettings, {
    ...NEEDED,
    ...(value !== undefined && { DEFAULT_OVERDRAFT_LIMIT: value }),
  }).DEFAULT_OVERDRAFT_LIMIT;

test('the default overdraft limit is credits; unset it is any amount', () => {
  expect(limitOf()).toBeUndefined();
  expect(limitOf('0')).toBe(0n);
  expect(limitOf('12.5')).toBe(12_500_000n);
});

test.each(['-1', 'none', '1e3', '0.0000001'])('%s is a fault that says what to do', (value) => {
  expect(() => limitOf(value)).toThrow(SettingsError);
  expect(() => limitOf(value)).toThrow(/DEFAULT_OVERDRAFT_LIMIT.*unset it/);
});
