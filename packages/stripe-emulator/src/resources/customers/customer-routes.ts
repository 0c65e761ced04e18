import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { emptyable, list, object, text, type ParamsOf } from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchReference, noSuchResource } from '../../protocol/stripe-error.ts';
import { newId, randomToken } from '../../state/ids.ts';
import { attachMethod } from '../payment-methods/attach-method.ts';
import { notAttached } from '../payment-methods/method-named.ts';
import { methodToSave } from '../payment-methods/method-to-save.ts';
import { clockNamed } from '../test-clocks/test-clock-routes.ts';
import { deleteCustomer } from './delete-customer.ts';

const ADDRESS = {
  city: emptyable(text()),
  country: emptyable(text()),
  line1: emptyable(text()),
  line2: emptyable(text()),
  postal_code: emptyable(text()),
  state: emptyable(text()),
};

const FIELDS = {
  address: emptyable(object(ADDRESS)),
  description: emptyable(text()),
  email: emptyable(text({ max: 512 })),
  invoice_settings: object({ default_payment_method: emptyable(text()) }),
  metadata: metadata(),
  name: emptyable(text({ max: 256 })),
  phone: emptyable(text({ max: 20 })),
  preferred_locales: list(text(), { max: 10 }),
};

const CREATE = { ...FIELDS, payment_method: text(), test_clock: text() };

const DEFAULT_METHOD = 'invoice_settings[default_payment_method]';

type CustomerParams = ParamsOf<typeof FIELDS>;

export const CUSTOMER_ROUTES: Route[] = [
  route('POST', '/v1/customers', CREATE, ({ emulator, params, cause }) => {
    const { payment_method: named, test_clock: clock, ...rest } = params;
    const testClock = clock === undefined ? null : clockNamed(emulator, clock);
    const method = named === undefined ? undefined : methodToSave(emulator, named);
    const blank = { ...blankCustomer(emulator), test_clock: testClock };
    const customer = withParams(blank, defaultTo(rest, named, method?.id));
    emulator.state.customers.put(customer);
    if (method) attachMethod(emulator, cause, method, customer.id);
    emitEvent(emulator, cause, 'customer.created', customer);
    return customer;
  }),
  route('GET', '/v1/customers/{id}', {}, ({ emulator, id }) => {
    const customer = emulator.state.customers.get(id);
    if (!customer) throw noSuchResource('customer', id);
    return customer;
  }),
  route('POST', '/v1/customers/{id}', FIELDS, ({ emulator, params, id, cause }) => {
    const before = emulator.state.customers.get(id);
    if (!before || before.deleted) throw noSuchResource('customer', id);
    requireOwnDefault(emulator, id, params);
    const after = emulator.state.customers.put(withParams(before, params));
    emitEvent(emulator, cause, 'customer.updated', after, before);
    return after;
  }),
  route('DELETE', '/v1/customers/{id}', {}, ({ emulator, id, cause }) => {
    const customer = emulator.state.customers.get(id);
    if (!customer || customer.deleted) throw noSuchResource('customer', id);
    return deleteCustomer(emulator, cause, customer);
  }),
  listRoute('/v1/customers', {
    noun: 'customer',
    filters: { created: timeRange(), email: text(), test_clock: text() },
    table: ({ emulator }) => emulator.state.customers,
    // Whoever lists customers does not meet those of tests by chance.
    matches: (customer, { created, email, test_clock: clock }) =>
      !customer.deleted &&
      (customer.test_clock ?? null) === (clock ?? null) &&
      isWithin(customer.created, created) &&
      (email === undefined || customer.email === email),
    present: (customer) => customer,
  }),
];

/** The customer a parameter names; a deleted one is as good as none. Throws a 400. */
export function customerNamed(emulator: Emulator, id: string, param = 'customer'): Stripe.Customer {
  const customer = emulator.state.customers.get(id);
  if (!customer || customer.deleted) throw noSuchReference('customer', id, param);
  return customer;
}

export function blankCustomer(emulator: Emulator): Stripe.Customer {
  return {
    id: newId('cus', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: emulator.clock.nowSeconds(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomToken(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

function withParams(customer: Stripe.Customer, params: CustomerParams): Stripe.Customer {
  const { address, metadata: change, email, invoice_settings: settings, ...rest } = params;
  if (email !== undefined && email !== null && !/^\S+@\S+$/.test(email))
    throw invalidRequest(`Invalid email address: ${email}`, 'email', 'email_invalid');
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...customer,
    ...given,
    ...(email === undefined ? {} : { email }),
    ...(address === undefined ? {} : { address: address && fullAddress(address) }),
    invoice_settings: withDefault(customer.invoice_settings, settings?.default_payment_method),
    metadata: mergeMetadata(customer.metadata, change),
  };
}

function withDefault(
  settings: Stripe.Customer.InvoiceSettings,
  wanted: string | null | undefined,
): Stripe.Customer.InvoiceSettings {
  return wanted === undefined ? settings : { ...settings, default_payment_method: wanted };
}

/** A customer who is being created has no method but the one that comes along. */
function defaultTo(
  params: CustomerParams,
  named: string | undefined,
  methodId: string | undefined,
): CustomerParams {
  const wanted = params.invoice_settings?.default_payment_method;
  if (wanted === undefined || wanted === null) return params;
  if (methodId === undefined || (wanted !== named && wanted !== methodId))
    throw notAttached(wanted, DEFAULT_METHOD);
  return { ...params, invoice_settings: { default_payment_method: methodId } };
}

/** Only a method that is attached to the customer can be their default. */
function requireOwnDefault(emulator: Emulator, id: string, params: CustomerParams): void {
  const wanted = params.invoice_settings?.default_payment_method;
  if (wanted === undefined || wanted === null) return;
  if (emulator.state.paymentMethods.get(wanted)?.customer !== id)
    throw notAttached(wanted, DEFAULT_METHOD);
}

function fullAddress(address: ParamsOf<typeof ADDRESS>): Stripe.Address {
  return {
    city: address.city ?? null,
    country: address.country ?? null,
    line1: address.line1 ?? null,
    line2: address.line2 ?? null,
    postal_code: address.postal_code ?? null,
    state: address.state ?? null,
  };
}
