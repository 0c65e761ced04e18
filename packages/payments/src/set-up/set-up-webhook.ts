import type { Stripe } from 'stripe';
import { handledEvents } from '../decide-event.ts';
import type { SetUpContext } from './set-up-stripe.ts';

/**
 * The endpoint at our address, for exactly the events that lead to something, rendered in our version.
 * A version cannot be changed, so an endpoint of another one is disabled and replaced. Answers the
 * secret of a new endpoint, which Stripe never tells again.
 */
export async function setUpWebhook(
  context: SetUpContext,
  apiVersion: string,
): Promise<string | null> {
  const { stripe, plan, dryRun, changes } = context;
  const { data } = await stripe.webhookEndpoints.list({ limit: 100 });
  const here = data.filter(({ url, status }) => url === plan.webhookUrl && status === 'enabled');
  const found = here.find((one) => one.api_version === apiVersion);
  const known = { object: 'webhook endpoint', key: plan.webhookUrl } as const;
  if (found !== undefined) {
    changes.push({ ...known, ...(await adjust(context, found)) });
    return null;
  }
  const made = dryRun ? null : await create(stripe, plan.webhookUrl, apiVersion);
  const older = here.map((one) => one.id).join(', ');
  // Only once the new one is there, so that no event falls between the two.
  if (!dryRun) {
    for (const { id } of here) await stripe.webhookEndpoints.update(id, { disabled: true });
  }
  const events = `${handledEvents.length} events, version ${apiVersion}`;
  changes.push({
    ...known,
    action: older === '' ? 'created' : 'changed',
    id: made?.id ?? null,
    detail: older === '' ? events : `${events}; takes the place of ${older}`,
  });
  return made?.secret ?? null;
}

const create = (stripe: Stripe, url: string, apiVersion: string): Promise<Stripe.WebhookEndpoint> =>
  stripe.webhookEndpoints.create({
    url,
    enabled_events: eventsOf(),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the version the client is pinned to
    api_version: apiVersion as Stripe.WebhookEndpointCreateParams.ApiVersion,
    description: 'Bursar',
  });

async function adjust(
  { stripe, dryRun }: SetUpContext,
  found: Stripe.WebhookEndpoint,
): Promise<{ action: 'changed' | 'unchanged'; id: string; detail: string }> {
  const missing = handledEvents.filter((type) => !found.enabled_events.includes(type));
  const needless = found.enabled_events.filter((type) => !handledEvents.includes(type));
  const { id } = found;
  if (missing.length + needless.length === 0) {
    return { action: 'unchanged', id, detail: `${handledEvents.length} events` };
  }
  if (!dryRun) await stripe.webhookEndpoints.update(id, { enabled_events: eventsOf() });
  const parts = [...missing.map((type) => `+${type}`), ...needless.map((type) => `-${type}`)];
  return { action: 'changed', id, detail: parts.join(' ') };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they are the types that Stripe documents
const eventsOf = () => [...handledEvents] as Stripe.WebhookEndpointCreateParams.EnabledEvent[];
