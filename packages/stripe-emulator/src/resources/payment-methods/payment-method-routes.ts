import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import {
  emptyable,
  integer,
  object,
  oneOf,
  required,
  text,
  type ParamsOf,
} from '../../protocol/fields.ts';
import { listRoute } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchResource } from '../../protocol/stripe-error.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { attachMethod, detachMethod } from './attach-method.ts';
import { CARD, cardGiven } from './card-given.ts';
import { createPaymentMethod } from './create-payment-method.ts';
import { methodToSave } from './method-to-save.ts';

const REDISPLAY = oneOf('always', 'limited', 'unspecified');
const BILLING_DETAILS = {
  email: emptyable(text({ max: 512 })),
  name: emptyable(text({ max: 5_000 })),
  phone: emptyable(text({ max: 40 })),
};
const CREATE = {
  allow_redisplay: REDISPLAY,
  billing_details: object(BILLING_DETAILS),
  card: required(object(CARD)),
  metadata: metadata(),
  type: required(oneOf('card')),
};
const UPDATE = {
  allow_redisplay: REDISPLAY,
  billing_details: object(BILLING_DETAILS),
  card: object({
    exp_month: integer({ min: 1, max: 12 }),
    exp_year: integer({ min: 2000, max: 2100 }),
  }),
  metadata: metadata(),
};
const FILTERS = { allow_redisplay: REDISPLAY, type: text({ max: 50 }) };

export const PAYMENT_METHOD_ROUTES: Route[] = [
  route('POST', '/v1/payment_methods', CREATE, ({ emulator, params }) => {
    const card = cardGiven(emulator, params.card);
    const plain = createPaymentMethod(emulator, card, { email: null, name: null });
    return emulator.state.paymentMethods.put(withParams(plain, params));
  }),
  route('GET', '/v1/payment_methods/{id}', {}, ({ emulator, id }) => methodAt(emulator, id)),
  route('POST', '/v1/payment_methods/{id}', UPDATE, ({ emulator, params, id, cause }) => {
    const before = methodAt(emulator, id);
    if (before.customer === null)
      throw invalidRequest(
        'You must save this PaymentMethod to a customer before you can update it.',
      );
    const after = emulator.state.paymentMethods.put(withParams(before, params));
    emitEvent(emulator, cause, 'payment_method.updated', after, before);
    return after;
  }),
  route(
    'POST',
    '/v1/payment_methods/{id}/attach',
    { customer: required(text()) },
    ({ emulator, params, id, cause }) => {
      const customer = customerNamed(emulator, params.customer);
      const method = methodToSave(emulator, id, customer.id);
      return attachMethod(emulator, cause, method, customer.id);
    },
  ),
  route('POST', '/v1/payment_methods/{id}/detach', {}, ({ emulator, id, cause }) => {
    const method = methodAt(emulator, id);
    if (method.customer === null)
      throw invalidRequest(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
      );
    return detachMethod(emulator, cause, method);
  }),
  listRoute('/v1/payment_methods', {
    noun: 'PaymentMethod',
    filters: { ...FILTERS, customer: text() },
    table: ({ emulator }) => emulator.state.paymentMethods,
    // Without a customer Stripe lists what belongs to the account itself, which is nothing here.
    matches: (method, filter) =>
      filter.customer !== undefined &&
      method.customer === filter.customer &&
      matchesFilters(method, filter),
    present: (method) => method,
  }),
  listRoute('/v1/customers/{id}/payment_methods', {
    noun: 'PaymentMethod',
    filters: FILTERS,
    table: ({ emulator, id }) => {
      const customer = emulator.state.customers.get(id);
      if (!customer || customer.deleted) throw noSuchResource('customer', id);
      return emulator.state.paymentMethods;
    },
    matches: (method, filter, { id }) => method.customer === id && matchesFilters(method, filter),
    present: (method) => method,
  }),
];

function matchesFilters(
  method: Stripe.PaymentMethod,
  filter: { allow_redisplay?: string | undefined; type?: string | undefined },
): boolean {
  return (
    (filter.type === undefined || method.type === filter.type) &&
    (filter.allow_redisplay === undefined || method.allow_redisplay === filter.allow_redisplay)
  );
}

function withParams(
  method: Stripe.PaymentMethod,
  params: ParamsOf<typeof UPDATE>,
): Stripe.PaymentMethod {
  const { billing_details: details, card, allow_redisplay: redisplay } = params;
  const given = Object.fromEntries(
    Object.entries(details ?? {}).filter(([, value]) => value !== undefined),
  );
  return {
    ...method,
    allow_redisplay: redisplay ?? method.allow_redisplay ?? 'unspecified',
    billing_details: { ...method.billing_details, ...given },
    metadata: mergeMetadata(method.metadata ?? {}, params.metadata),
    ...(method.card
      ? {
          card: {
            ...method.card,
            exp_month: card?.exp_month ?? method.card.exp_month,
            exp_year: card?.exp_year ?? method.card.exp_year,
          },
        }
      : {}),
  };
}

function methodAt(emulator: Emulator, id: string): Stripe.PaymentMethod {
  const method = emulator.state.paymentMethods.get(id);
  if (!method) throw noSuchResource('PaymentMethod', id);
  return method;
}
