/** Which Stripe the contract is held against. */
export type ContractTarget =
  | { kind: 'emulator' }
  | {
      kind: 'test_mode';
      key: string;
      /** Another host that speaks Stripe's API; null for Stripe's own. */
      apiUrl: string | null;
    };

/**
 * The emulator, unless `STRIPE_TEST_KEY` holds a key of Stripe's test mode. `STRIPE_TEST_API_URL`
 * sends the requests elsewhere, which is how the switch itself is tested.
 *
 * @throws Error for a live key and for whatever else is no key of the test mode.
 */
export function contractTarget(env: Readonly<Record<string, string | undefined>>): ContractTarget {
  const key = env['STRIPE_TEST_KEY']?.trim() ?? '';
  if (key === '') return { kind: 'emulator' };
  if (/^(sk|rk)_live_/.test(key)) {
    throw new Error(
      'STRIPE_TEST_KEY is a LIVE key. These tests charge cards, refund and delete: nothing was sent. Take the key of a sandbox or of the test mode (sk_test_…), and roll the live one if it was shown anywhere.',
    );
  }
  if (!/^(sk|rk)_test_\w+$/.test(key)) {
    throw new Error(
      'STRIPE_TEST_KEY must be a secret key of the test mode: sk_test_… or rk_test_….',
    );
  }
  return { kind: 'test_mode', key, apiUrl: env['STRIPE_TEST_API_URL'] ?? null };
}
