import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { flag, list, object, oneOf, required, text, type ParamsOf } from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchResource, StripeError } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { methodFor } from '../payment-methods/method-named.ts';
import { buildSetupIntent } from './build-setup-intent.ts';
import { cancelSetup } from './cancel-setup.ts';
import { setUpMethod } from './set-up-method.ts';

const CONFIRM = { payment_method: text(), return_url: text() };
const UPDATE = {
  customer: text(),
  description: text({ max: 1_000 }),
  metadata: metadata(),
  payment_method: text(),
};
const CREATE = {
  ...UPDATE,
  ...CONFIRM,
  allowed_payment_method_types: list(text(), { max: 50 }),
  automatic_payment_methods: object({
    allow_redirects: oneOf('always', 'never'),
    enabled: required(flag()),
  }),
  confirm: flag(),
  usage: oneOf('off_session', 'on_session'),
};
const WAITING = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export const SETUP_INTENT_ROUTES: Route[] = [
  route('POST', '/v1/setup_intents', CREATE, ({ emulator, params, cause }) => {
    const intent = createSetup(emulator, params);
    if (params.confirm) requireConfirmable(intent, params.return_url, idOf(intent.payment_method));
    emulator.state.setupIntents.put(intent);
    emitEvent(emulator, cause, 'setup_intent.created', intent);
    return params.confirm ? confirm(emulator, cause, intent, params.return_url) : intent;
  }),
  route('GET', '/v1/setup_intents/{id}', { client_secret: text() }, ({ emulator, id }) =>
    setupAt(emulator, id),
  ),
  route('POST', '/v1/setup_intents/{id}', UPDATE, ({ emulator, params, id }) => {
    const before = waitingSetup(emulator, id, 'update');
    const customer =
      params.customer === undefined ? before.customer : customerNamed(emulator, params.customer).id;
    return emulator.state.setupIntents.put<Stripe.SetupIntent>({
      ...before,
      ...withMethod(emulator, params.payment_method, customer),
      customer,
      description: params.description ?? before.description,
      metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
    });
  }),
  route('POST', '/v1/setup_intents/{id}/confirm', CONFIRM, ({ emulator, params, id, cause }) => {
    const before = waitingSetup(emulator, id, 'confirm');
    const intent = {
      ...before,
      ...withMethod(emulator, params.payment_method, before.customer),
    };
    requireConfirmable(intent, params.return_url, idOf(intent.payment_method));
    return confirm(emulator, cause, intent, params.return_url);
  }),
  route(
    'POST',
    '/v1/setup_intents/{id}/cancel',
    { cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') },
    ({ emulator, params, id, cause }) =>
      cancelSetup(
        emulator,
        cause,
        waitingSetup(emulator, id, 'cancel'),
        params.cancellation_reason ?? null,
      ),
  ),
  listRoute('/v1/setup_intents', {
    noun: 'setup_intent',
    filters: { created: timeRange(), customer: text(), payment_method: text() },
    table: ({ emulator }) => emulator.state.setupIntents,
    matches: (intent, filter) =>
      (filter.customer === undefined || intent.customer === filter.customer) &&
      (filter.payment_method === undefined || intent.payment_method === filter.payment_method) &&
      isWithin(intent.created, filter.created),
    present: (intent) => intent,
  }),
];

function createSetup(emulator: Emulator, params: ParamsOf<typeof CREATE>): Stripe.SetupIntent {
  const customer =
    params.customer === undefined ? null : customerNamed(emulator, params.customer).id;
  const methods = params.automatic_payment_methods;
  if (params.return_url !== undefined && !params.confirm)
    throw invalidRequest(
      'The parameter `return_url` can only be used when `confirm` is true.',
      'return_url',
    );
  const plain = buildSetupIntent(emulator, {
    automaticPaymentMethods: {
      enabled: methods?.enabled ?? true,
      allow_redirects: methods?.allow_redirects ?? 'always',
    },
    customer,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    usage: params.usage ?? 'off_session',
  });
  return { ...plain, ...withMethod(emulator, params.payment_method, customer) };
}

/** What naming a method changes on a setup. */
function withMethod(
  emulator: Emulator,
  name: string | undefined,
  customer: Stripe.SetupIntent['customer'],
): Partial<Stripe.SetupIntent> {
  if (name === undefined) return {};
  const method = methodFor(emulator, name, customer, 'SetupIntent');
  return { next_action: null, payment_method: method.id, status: 'requires_confirmation' };
}

function confirm(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.SetupIntent,
  returnUrl: string | undefined,
): Stripe.SetupIntent {
  const method = methodFor(emulator, idOf(intent.payment_method), intent.customer, 'SetupIntent');
  const result = setUpMethod(emulator, cause, intent, method, returnUrl);
  if (result.outcome === 'declined') throw new StripeError(402, result.error);
  return result.intent;
}

function requireConfirmable(
  intent: Stripe.SetupIntent,
  returnUrl: string | undefined,
  methodId: string,
): void {
  if (methodId === '')
    throw invalidRequest(
      "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.",
      'payment_method',
      'setup_intent_unexpected_state',
    );
  const methods = intent.automatic_payment_methods;
  if (methods?.enabled && methods.allow_redirects !== 'never' && returnUrl === undefined)
    throw invalidRequest(
      'This SetupIntent may use payment methods that redirect, so you must provide a `return_url`; or set `automatic_payment_methods[allow_redirects]` to `never`.',
      'return_url',
    );
}

/** The setup at this address if it can still change, and is not a checkout session's own. */
function waitingSetup(
  emulator: Emulator,
  id: string,
  verb: 'cancel' | 'confirm' | 'update',
): Stripe.SetupIntent {
  const intent = setupAt(emulator, id);
  if (!WAITING.includes(intent.status))
    throw invalidRequest(
      `You cannot ${verb} this SetupIntent because it has a status of ${intent.status}.`,
      undefined,
      'setup_intent_unexpected_state',
    );
  for (const { session } of emulator.state.sessions.newestFirst())
    if (session.setup_intent === id)
      throw invalidRequest(
        `You cannot ${verb} a SetupIntent of a Checkout Session. To cancel it, expire the session ${session.id} instead.`,
      );
  return intent;
}

function setupAt(emulator: Emulator, id: string): Stripe.SetupIntent {
  const intent = emulator.state.setupIntents.get(id);
  if (!intent) throw noSuchResource('setup_intent', id);
  return intent;
}
