import { createHmac } from 'node:crypto';

/**
 * The `Stripe-Signature` header: `t=<seconds>,v1=<hmac-sha256 hex of "t.payload">`. The time is
 * the wall clock even when the emulator's clock is ahead, since the receiver compares it with its own.
 */
export function signPayload(payload: string, secret: string, wallSeconds: number): string {
  const signature = createHmac('sha256', secret).update(`${wallSeconds}.${payload}`).digest('hex');
  return `t=${wallSeconds},v1=${signature}`;
}
