import { Buffer } from 'node:buffer';
import Stripe from 'stripe';

/** An event as a pointer: what it is about is fetched again before anything happens. */
export interface WebhookEvent {
  id: string;
  type: string;
  objectId: string;
  livemode: boolean;
}

export type VerifiedWebhook = { ok: true; event: WebhookEvent } | { ok: false; reason: string };

const TOLERANCE_SECONDS = 300;

/**
 * Checks Stripe's signature over the raw body. Several secrets are valid while one is being rolled.
 * Nothing of an event that fails the check may be stored.
 */
export function verifyWebhook(
  rawBody: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): VerifiedWebhook {
  if (signature === undefined)
    return { ok: false, reason: 'The Stripe-Signature header is missing.' };
  let reason = 'No webhook secret is configured.';
  for (const secret of secrets) {
    try {
      const event = Stripe.webhooks.constructEvent(rawBody, signature, secret, TOLERANCE_SECONDS);
      return pointerTo(event);
    } catch (error) {
      reason =
        error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
    }
  }
  return { ok: false, reason };
}

function pointerTo(event: Stripe.Event): VerifiedWebhook {
  const object: object = event.data.object;
  // A few objects, such as an upcoming invoice, have no id; they point at nothing that could be fetched.
  const objectId = 'id' in object && typeof object.id === 'string' ? object.id : '';
  return {
    ok: true,
    event: { id: event.id, type: event.type, objectId, livemode: event.livemode },
  };
}
