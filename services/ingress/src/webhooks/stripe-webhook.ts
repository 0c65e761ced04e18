import { recordStripeEvent } from '@bursar/ledger/reads';
import { verifyWebhook } from '@bursar/payments/verify-webhook';
import express, { Router } from 'express';
import { problem } from '../problems/problem.ts';
import type { Send } from '../http/send-answer.ts';
import { ok, type Answer } from '../http/answer.ts';
import type { Services } from '../service/services.ts';
import { nameRoute } from '../http/observe.ts';

const EVENT_BYTES_MAX = 1024 * 1024;

export interface StripeDoor {
  /** All are accepted, so that a secret can be exchanged without losing events. */
  secrets: readonly string[];
  /** Whether events of real money are expected; the others are ignored. */
  livemode: boolean;
}

/**
 * Takes Stripe's events: checks the signature over the raw bytes, writes the event down once, and
 * wakes a worker. Anything but 2xx makes Stripe send it again, so an outage answers 503.
 */
export function stripeWebhook(services: Services, door: StripeDoor, send: Send): Router {
  const router = Router();
  router.post(
    '/webhooks/stripe',
    express.raw({ type: () => true, limit: EVENT_BYTES_MAX }),
    async (request, response) => {
      nameRoute(response, '/webhooks/stripe');
      const body: unknown = request.body;
      const signature = request.get('Stripe-Signature') ?? '';
      await send(response, await take(services, door, body, signature));
    },
  );
  return router;
}

async function take(
  services: Services,
  door: StripeDoor,
  body: unknown,
  signature: string,
): Promise<Answer> {
  const count = (outcome: string): void => services.metrics.webhooks.inc({ outcome });
  const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const verified = verifyWebhook(raw, signature, [...door.secrets]);
  if (!verified.ok) return refused(services, verified);
  const { event } = verified;
  if (event.livemode !== door.livemode) {
    count('wrong_mode');
    services.log.warn(
      { event: event.id, livemode: event.livemode },
      'Ignored an event of the other mode',
    );
    return ok({ received: true, ignored: 'livemode' });
  }
  const verdict = await recordStripeEvent(services.db, event);
  if (verdict !== 'processed') await wakeWorker(services, event.id, verdict === 'known');
  count(verdict);
  return ok({ received: true });
}

/**
 * One job for each event. A job that died keeps its id, and would swallow the one of Stripe's next
 * delivery: it is put back to work instead.
 */
async function wakeWorker({ queues }: Services, event: string, isKnown: boolean): Promise<void> {
  if (isKnown && (await queues.replay(event)) === 'replayed') return;
  await queues.enqueue('handle-stripe-event', { event }, { jobId: event });
}

/** What Stripe signed and we cannot read is our own mistake: no event gets in until it is mended. */
function refused(
  { metrics, log }: Services,
  { fault, reason }: { fault: 'signature' | 'payload'; reason: string },
): Answer {
  if (fault === 'payload') {
    metrics.webhooks.inc({ outcome: 'not_a_snapshot' });
    log.error({ reason }, 'Stripe sends what is no snapshot event; every event is refused');
    return problem(
      'invalid_request',
      `This is signed, but no snapshot event (${reason}). Set the endpoint to snapshot payloads.`,
    );
  }
  metrics.webhooks.inc({ outcome: 'bad_signature' });
  return problem(
    'invalid_request',
    `The signature does not fit (${reason}). Check STRIPE_WEBHOOK_SECRETS and the endpoint's secret.`,
  );
}
