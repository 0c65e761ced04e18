import { Buffer } from 'node:buffer';
import { Stripe } from 'stripe';

/** An event as a pointer: what it is about is fetched again before anything happens. */
export interface WebhookEvent {
  id: string;
  type: string;
  /** Empty for the few objects without an id, such as an upcoming invoice; nothing can be fetched. */
  objectId: string;
  livemode: boolean;
  /** The version the event was rendered with; of no consequence, as its object is fetched again. */
  apiVersion: string | null;
}

export type VerifiedWebhook =
  | { ok: true; event: WebhookEvent }
  | {
      ok: false;
      /** `payload`: Stripe did send it, so the endpoint is set up wrongly. `signature`: anybody did. */
      fault: 'signature' | 'payload';
      reason: string;
    };

const TOLERANCE_SECONDS = 300;

/**
 * Checks Stripe's signature over the raw body, no older than five minutes. Several secrets are
 * valid while one is being rolled. Nothing of an event that fails the check may be stored.
 */
export function verifyWebhook(
  rawBody: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): VerifiedWebhook {
  if (signature === undefined)
    return failed('signature', 'The Stripe-Signature header is missing.');
  let reason = 'No webhook secret is configured.';
  for (const secret of secrets) {
    try {
      return pointerTo(
        Stripe.webhooks.constructEvent(rawBody, signature, secret, TOLERANCE_SECONDS),
      );
    } catch (error) {
      reason = firstLine(error);
      // Signed by this secret but no event: another secret would only blame the signature.
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) {
        return failed('payload', reason);
      }
    }
  }
  return failed('signature', reason);
}

const failed = (fault: 'signature' | 'payload', reason: string): VerifiedWebhook => ({
  ok: false,
  fault,
  reason,
});

/** The SDK's further lines are advice on frameworks, too long for a log. */
const firstLine = (error: unknown): string =>
  error instanceof Error ? (error.message.trim().split('\n')[0] ?? error.name) : String(error);

/** The signature proves the sender, not the shape: an endpoint may be set to another payload style. */
function pointerTo(event: unknown): VerifiedWebhook {
  const { id, type, livemode, api_version: version, data } = fieldsOf(event);
  const { object } = fieldsOf(data);
  if (typeof id !== 'string' || typeof type !== 'string' || typeof livemode !== 'boolean') {
    return failed(
      'payload',
      'The body is not a Stripe event; set the endpoint to snapshot payloads.',
    );
  }
  if (typeof object !== 'object' || object === null) {
    return failed('payload', 'The event carries no object; set the endpoint to snapshot payloads.');
  }
  const { id: objectId } = fieldsOf(object);
  return {
    ok: true,
    event: {
      id,
      type,
      livemode,
      objectId: typeof objectId === 'string' ? objectId : '',
      apiVersion: typeof version === 'string' ? version : null,
    },
  };
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
