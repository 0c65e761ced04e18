import type { DeliveryAttempt } from '../state/records.ts';
import { signPayload } from './sign-payload.ts';

const TIMEOUT_MS = 10_000;

/** One try to deliver; anything but a 2xx answer within ten seconds counts as a failure. */
export async function postEvent(
  url: string,
  secret: string,
  payload: string,
  stopping: AbortSignal,
): Promise<DeliveryAttempt> {
  const startedMs = Date.now();
  const finish = (status: number | null, error: string | null): DeliveryAttempt => ({
    at_ms: startedMs,
    status,
    error,
    duration_ms: Date.now() - startedMs,
  });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signPayload(payload, secret, Math.floor(startedMs / 1000)),
      },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    const accepted = response.status >= 200 && response.status < 300;
    return finish(response.status, accepted ? null : `answered ${response.status}`);
  } catch (error) {
    return finish(null, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
