import type { Emulator } from '../../emulator.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';

const OPEN_SECONDS_DEFAULT = 24 * 60 * 60;
const OPEN_SECONDS_MIN = 30 * 60;

/** When a session expires, in Unix seconds. Throws a 400 outside 30 minutes to 24 hours. */
export function expiryOf(emulator: Emulator, wanted: number | undefined): number {
  const now = emulator.clock.nowSeconds();
  if (wanted === undefined) return now + OPEN_SECONDS_DEFAULT;
  if (wanted < now + OPEN_SECONDS_MIN)
    throw invalidRequest(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    );
  if (wanted > now + OPEN_SECONDS_DEFAULT)
    throw invalidRequest(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      'expires_at',
    );
  return wanted;
}
