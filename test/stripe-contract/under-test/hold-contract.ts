import { afterAll, beforeAll, vi } from 'vitest';
import { openStripe, type StripeUnderTest } from './open-stripe.ts';

/** Stripe's test mode takes seconds for what the emulator does at once. */
const TEST_MS = 180_000;
const CLEAN_UP_MS = 240_000;

/** Opens the Stripe under test for the tests of a file, and cleans up after them. */
export function holdContract(): () => StripeUnderTest {
  let under: StripeUnderTest | undefined;
  vi.setConfig({ testTimeout: TEST_MS });
  beforeAll(async () => {
    under = await openStripe();
  }, CLEAN_UP_MS);
  afterAll(() => under?.close(), CLEAN_UP_MS);
  return () => {
    if (under === undefined) throw new Error('The Stripe under test is open only during tests.');
    return under;
  };
}
