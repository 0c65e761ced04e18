import { createHmac } from 'node:crypto';

/** The header with which Stripe would send `payload`; `at` in seconds since 1970. */
export function signatureOf(
  payload: string,
  secret: string,
  at: number = Math.floor(Date.now() / 1_000),
): string {
  const mac = createHmac('sha256', secret).update(`${at}.${payload}`).digest('hex');
  return `t=${at},v1=${mac}`;
}

/** Posts a body to the webhook under a signature, as Stripe or somebody who imitates it would. */
export async function postEvent(
  url: string,
  payload: string,
  signature: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Stripe-Signature': signature },
    body: payload,
  });
  return { status: response.status, text: await response.text() };
}
