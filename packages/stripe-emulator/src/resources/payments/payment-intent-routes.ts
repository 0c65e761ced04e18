import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { currency } from '../../protocol/currencies.ts';
import {
  emptyable,
  flag,
  integer,
  list,
  object,
  oneOf,
  required,
  text,
  type Field,
} from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { noSuchResource } from '../../protocol/stripe-error.ts';
import { cancelIntent } from './cancel-intent.ts';
import { confirmIntent } from './confirm-intent.ts';
import { createIntent } from './create-intent.ts';
import { updateIntent } from './update-intent.ts';

const TEXTS = {
  description: text({ max: 1_000 }),
  receipt_email: emptyable(text({ max: 512 })),
  statement_descriptor: text({ max: 22 }),
  statement_descriptor_suffix: text({ max: 22 }),
};
const CONFIRM = {
  payment_method: text(),
  error_on_requires_action: flag(),
  off_session: offSession(),
  receipt_email: emptyable(text({ max: 512 })),
  return_url: text(),
  setup_future_usage: oneOf('off_session', 'on_session'),
};
const CREATE = {
  ...TEXTS,
  ...CONFIRM,
  allowed_payment_method_types: list(text(), { max: 50 }),
  amount: required(integer({ min: 0 })),
  automatic_payment_methods: object({
    allow_redirects: oneOf('always', 'never'),
    enabled: required(flag()),
  }),
  capture_method: oneOf('automatic', 'automatic_async'),
  confirm: flag(),
  confirmation_method: oneOf('automatic'),
  currency: required(currency()),
  customer: text(),
  metadata: metadata(),
};
const UPDATE = {
  ...TEXTS,
  amount: integer({ min: 0 }),
  customer: text(),
  metadata: metadata(),
  payment_method: text(),
  setup_future_usage: emptyable(oneOf('off_session', 'on_session')),
};
const CANCEL = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
};

export const PAYMENT_INTENT_ROUTES: Route[] = [
  route('POST', '/v1/payment_intents', CREATE, ({ emulator, params, cause }) => {
    const intent = createIntent(emulator, params, cause);
    if (!params.confirm) return intent;
    // Its method is on the intent by now; a token named twice would make two.
    return confirmIntent(emulator, cause, intent, { ...params, payment_method: undefined });
  }),
  route('GET', '/v1/payment_intents/{id}', { client_secret: text() }, ({ emulator, id }) =>
    intentAt(emulator, id),
  ),
  route('POST', '/v1/payment_intents/{id}', UPDATE, ({ emulator, params, id }) =>
    updateIntent(emulator, intentAt(emulator, id), params),
  ),
  route('POST', '/v1/payment_intents/{id}/confirm', CONFIRM, ({ emulator, params, id, cause }) =>
    confirmIntent(emulator, cause, intentAt(emulator, id), params),
  ),
  route('POST', '/v1/payment_intents/{id}/cancel', CANCEL, ({ emulator, params, id, cause }) =>
    cancelIntent(emulator, cause, intentAt(emulator, id), params.cancellation_reason ?? null),
  ),
  listRoute('/v1/payment_intents', {
    noun: 'payment_intent',
    filters: { created: timeRange(), customer: text() },
    table: ({ emulator }) => emulator.state.paymentIntents,
    matches: (intent, filter) =>
      (filter.customer === undefined || intent.customer === filter.customer) &&
      isWithin(intent.created, filter.created),
    present: (intent) => intent,
  }),
];

export const CHARGE_ROUTES: Route[] = [
  route('GET', '/v1/charges/{id}', {}, ({ emulator, id }) => chargeAt(emulator, id)),
  route(
    'POST',
    '/v1/charges/{id}',
    { description: text(), metadata: metadata(), receipt_email: text() },
    (call) => {
      const { emulator, params, id, cause } = call;
      const before = chargeAt(emulator, id);
      const after = emulator.state.charges.put({
        ...before,
        description: params.description ?? before.description,
        metadata: mergeMetadata(before.metadata, params.metadata),
        receipt_email: params.receipt_email ?? before.receipt_email,
      });
      emitEvent(emulator, cause, 'charge.updated', after, before);
      return after;
    },
  ),
  listRoute('/v1/charges', {
    noun: 'charge',
    filters: { created: timeRange(), customer: text(), payment_intent: text() },
    table: ({ emulator }) => emulator.state.charges,
    matches: (charge, filter) =>
      (filter.customer === undefined || charge.customer === filter.customer) &&
      (filter.payment_intent === undefined || charge.payment_intent === filter.payment_intent) &&
      isWithin(charge.created, filter.created),
    present: (charge) => charge,
  }),
];

/** `true`, or the kind of later payment that it is. */
function offSession(): Field<boolean> {
  const kinds = oneOf('one_off', 'recurring', 'true', 'false');
  return { read: (value, path) => kinds.read(value, path) !== 'false' };
}

function intentAt(emulator: Emulator, id: string): Stripe.PaymentIntent {
  const intent = emulator.state.paymentIntents.get(id);
  if (!intent) throw noSuchResource('payment_intent', id);
  return intent;
}

function chargeAt(emulator: Emulator, id: string): Stripe.Charge {
  const charge = emulator.state.charges.get(id);
  if (!charge) throw noSuchResource('charge', id);
  return charge;
}
