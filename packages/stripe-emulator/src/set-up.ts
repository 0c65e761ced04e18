import type Stripe from 'stripe';
import type { Emulator } from './emulator.ts';
import { scheduleExpiry } from './resources/checkout/expire-session.ts';
import { createEndpoint } from './resources/events/event-routes.ts';
import { nextAction } from './resources/payments/next-action.ts';
import { resumeDebits } from './resources/payments/debit-intent.ts';
import { resumeSettlements } from './resources/payments/settle-charge.ts';
import { resumeRefunds } from './resources/refunds/create-refund.ts';
import { scheduleRetry } from './resources/subscriptions/collect-for-subscription.ts';
import { scheduleSubscription } from './resources/subscriptions/schedule-subscription.ts';
import { resumeClock, runClock } from './resources/test-clocks/advance-clock.ts';
import { seedPacks } from './seed/seed-packs.ts';
import type { Snapshot } from './state/state.ts';

export interface SetUpOptions {
  /** Registered once as an endpoint for all events; the secret is made when none is given. */
  webhook?: { url: string; secret?: string };
  /** `packs`: four credit packs as prices, and the promotion codes WELCOME10 and FREE100. */
  seed?: 'packs' | undefined;
}

const REGISTERED_AT_START = 'registered at start';

/** Registers the webhook and seeds; does nothing twice. Returns the webhook's signing secret. */
export function setUp(emulator: Emulator, options: SetUpOptions): string {
  if (options.webhook?.secret !== undefined) emulator.state.webhookSecret = options.webhook.secret;
  // Seeded objects were there before the endpoint, so it never hears of their making.
  if (options.seed === 'packs') seedPacks(emulator);
  if (options.webhook) registerWebhook(emulator, options.webhook.url);
  return emulator.state.webhookSecret;
}

/** Takes up what an earlier run left unfinished, at the address of this run. */
export function takeUp(emulator: Emulator, saved: Snapshot): void {
  const { state, clock, baseUrl } = emulator;
  clock.restore(saved.clockOffsetMs);
  const again = ({ id, next_action: action }: Stripe.PaymentIntent | Stripe.SetupIntent) =>
    nextAction(emulator, id, action?.redirect_to_url?.return_url ?? undefined);
  const moved = (url: string | null): string | null => url?.replace(saved.baseUrl, baseUrl) ?? null;
  for (const record of state.sessions.values()) {
    const session = { ...record.session, url: moved(record.session.url) };
    state.sessions.put({ ...record, session });
    if (session.status === 'open') scheduleExpiry(emulator, record);
  }
  for (const record of state.portalSessions.values())
    state.portalSessions.put({
      ...record,
      session: { ...record.session, url: `${baseUrl}/p/session/${record.id}` },
    });
  for (const charge of state.charges.values())
    state.charges.put({ ...charge, receipt_url: moved(charge.receipt_url) });
  for (const record of state.testClocks.values()) runClock(emulator, record);
  for (const record of state.subscriptions.values()) scheduleSubscription(emulator, record);
  for (const record of state.invoices.values()) {
    const address = moved(record.invoice.hosted_invoice_url ?? null);
    state.invoices.put({
      ...record,
      invoice: { ...record.invoice, hosted_invoice_url: address },
    });
    scheduleRetry(emulator, record);
  }
  // The only address in a next action is that of the 3-D Secure page, which depends on its intent.
  for (const intent of state.paymentIntents.values())
    if (intent.next_action) state.paymentIntents.put({ ...intent, next_action: again(intent) });
  for (const intent of state.setupIntents.values())
    if (intent.next_action) state.setupIntents.put({ ...intent, next_action: again(intent) });
  resumeDebits(emulator);
  resumeSettlements(emulator);
  resumeRefunds(emulator);
  for (const record of state.testClocks.values()) resumeClock(emulator, record);
  emulator.delivery.resume();
}

/** The one endpoint of the options; its address may have changed since the last run. */
function registerWebhook(emulator: Emulator, url: string): void {
  const { state } = emulator;
  for (const endpoint of state.endpoints.values()) {
    if (endpoint.description !== REGISTERED_AT_START && endpoint.url !== url) continue;
    state.endpoints.put({ ...endpoint, url, secret: state.webhookSecret, status: 'enabled' });
    return;
  }
  createEndpoint(emulator, {
    url,
    enabledEvents: ['*'],
    secret: state.webhookSecret,
    apiVersion: null,
    description: REGISTERED_AT_START,
    metadata: {},
  });
}
