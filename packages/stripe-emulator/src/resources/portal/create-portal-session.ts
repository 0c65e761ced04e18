import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { object, oneOf, required, text, type ParamsOf } from '../../protocol/fields.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import { newId, randomToken } from '../../state/ids.ts';
import type { PortalSessionRecord } from '../../state/billing-records.ts';
import { customerNamed } from '../customers/customer-routes.ts';

const FLOW = {
  after_completion: object({
    redirect: object({ return_url: required(text()) }),
    type: required(oneOf('portal_homepage', 'redirect')),
  }),
  subscription_cancel: object({ subscription: required(text()) }),
  type: required(oneOf('payment_method_update', 'subscription_cancel')),
};
export const PORTAL_SESSION = {
  configuration: text(),
  customer: required(text()),
  flow_data: object(FLOW),
  locale: text({ max: 10 }),
  return_url: text(),
};

/** Mints a link to the portal for one customer. Throws a 400 for whatever Stripe refuses. */
export function createPortalSession(
  emulator: Emulator,
  params: ParamsOf<typeof PORTAL_SESSION>,
  cause: Cause,
): PortalSessionRecord {
  const customer = customerNamed(emulator, params.customer);
  const configuration = configurationNamed(emulator, params.configuration);
  const returnUrl = params.return_url ?? configuration.default_return_url;
  if (returnUrl !== null && !/^https?:\/\/[^/]+/.test(returnUrl))
    throw invalidRequest('Not a valid URL', 'return_url', 'url_invalid');
  const token = randomToken(40);
  const session: Stripe.BillingPortal.Session = {
    id: newId('bps'),
    object: 'billing_portal.session',
    configuration: configuration.id,
    created: emulator.clock.nowSeconds(),
    customer: customer.id,
    customer_account: null,
    flow: params.flow_data ? flowOf(emulator, params.flow_data, customer.id) : null,
    livemode: false,
    locale: params.locale ?? null,
    on_behalf_of: null,
    return_url: returnUrl,
    url: `${emulator.baseUrl}/p/session/${token}`,
  };
  const record = emulator.state.portalSessions.put<PortalSessionRecord>({
    id: token,
    session,
    seenAt: null,
    notice: null,
  });
  emitEvent(emulator, cause, 'billing_portal.session.created', session);
  return record;
}

function configurationNamed(
  { state }: Emulator,
  id: string | undefined,
): Stripe.BillingPortal.Configuration {
  if (id === undefined)
    throw invalidRequest(
      'No configuration provided and your test mode default configuration has not been created. Provide a configuration.',
    );
  const configuration = state.portalConfigurations.get(id);
  if (!configuration) throw noSuchReference('configuration', id, 'configuration');
  if (!configuration.active)
    throw invalidRequest('This configuration is inactive. Send an active one.', 'configuration');
  return configuration;
}

function flowOf(
  { state }: Emulator,
  params: ParamsOf<typeof FLOW>,
  customer: string,
): Stripe.BillingPortal.Session.Flow {
  const wanted = params.subscription_cancel?.subscription;
  if (params.type === 'subscription_cancel' && wanted === undefined)
    throw invalidRequest(
      'Pass flow_data[subscription_cancel][subscription].',
      'flow_data[subscription_cancel]',
      'parameter_missing',
    );
  if (wanted !== undefined && state.subscriptions.get(wanted)?.subscription.customer !== customer)
    throw noSuchReference('subscription', wanted, 'flow_data[subscription_cancel][subscription]');
  const after = params.after_completion;
  return {
    after_completion: {
      hosted_confirmation: null,
      redirect: after?.redirect ?? null,
      type: after?.type ?? 'portal_homepage',
    },
    customer_update: null,
    subscription_cancel: wanted === undefined ? null : { retention: null, subscription: wanted },
    subscription_pause: null,
    subscription_update: null,
    subscription_update_confirm: null,
    type: params.type,
  };
}
