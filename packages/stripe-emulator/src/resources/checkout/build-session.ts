import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { newId } from '../../state/ids.ts';
import type { AppliedDiscount } from './create-session.ts';
import type { SessionParams } from './session-fields.ts';
import type { SessionTotals } from './session-totals.ts';

export interface NewSession {
  params: SessionParams;
  customer: Stripe.Customer | null;
  currency: string;
  /** Unix seconds. */
  expiresAt: number;
  totals: SessionTotals;
  applied: AppliedDiscount | null;
}

/** The session object of the API, open and unpaid; not stored yet. */
export function buildSession(emulator: Emulator, wanted: NewSession): Stripe.Checkout.Session {
  const { params, customer, currency, expiresAt, totals, applied } = wanted;
  const id = newId('cs_test', 58);
  return {
    ...ABSENT,
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? false },
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: totals.subtotal,
    amount_total: totals.total,
    automatic_tax: shownTax(params.automatic_tax?.enabled ?? false),
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: emulator.clock.nowSeconds(),
    currency,
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: customer?.id ?? null,
    customer_creation: customer ? null : creationOf(params),
    customer_details: detailsOf(
      customer?.email ?? params.customer_email ?? null,
      customer?.name ?? null,
    ),
    customer_email: params.customer_email ?? null,
    discounts: shownDiscounts(applied),
    expires_at: expiresAt,
    invoice_creation: shownInvoiceCreation(params),
    livemode: false,
    locale: params.locale ?? null,
    metadata: mergeMetadata({}, params.metadata),
    mode: params.mode,
    payment_intent: null,
    payment_method_collection: params.payment_method_collection ?? collectionOf(params),
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    saved_payment_method_options: savedMethodOptions(params, customer),
    payment_status: totals.total === 0 ? 'no_payment_required' : 'unpaid',
    phone_number_collection: { enabled: false },
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    total_details: {
      amount_discount: totals.discount,
      amount_shipping: 0,
      amount_tax: totals.tax,
    },
    ui_mode: 'hosted_page',
    url: `${emulator.baseUrl}/c/pay/${id}`,
  };
}

/** A subscription always has a customer and, unless told otherwise, a card for its renewals. */
function creationOf(params: SessionParams): 'always' | 'if_required' {
  return params.mode === 'subscription' ? 'always' : (params.customer_creation ?? 'if_required');
}

function collectionOf(params: SessionParams): 'always' | 'if_required' {
  return params.mode === 'subscription' ? 'always' : 'if_required';
}

function shownTax(isEnabled: boolean): Stripe.Checkout.Session.AutomaticTax {
  if (!isEnabled) return { enabled: false, liability: null, provider: null, status: null };
  return { enabled: true, liability: { type: 'self' }, provider: 'stripe', status: 'complete' };
}

/** A code is shown by itself; its coupon is found through it. */
export function shownDiscounts(
  applied: AppliedDiscount | null,
): Stripe.Checkout.Session.Discount[] {
  if (!applied) return [];
  const { coupon, promotionCode } = applied;
  return [{ coupon: promotionCode ? null : coupon.id, promotion_code: promotionCode?.id ?? null }];
}

/** What is known of the customer; null when nothing is. */
export function detailsOf(
  email: string | null,
  name: string | null,
): Stripe.Checkout.Session.CustomerDetails | null {
  if (email === null && name === null) return null;
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: null,
  };
}

/** Only a known customer has saved methods; by default those are offered that were saved for it. */
function savedMethodOptions(
  params: SessionParams,
  customer: Stripe.Customer | null,
): Stripe.Checkout.Session.SavedPaymentMethodOptions | null {
  const given = params.saved_payment_method_options;
  if (!customer && !given) return null;
  return {
    allow_redisplay_filters: given?.allow_redisplay_filters ?? ['always'],
    payment_method_remove: given?.payment_method_remove ?? 'disabled',
    payment_method_save: given?.payment_method_save ?? null,
  };
}

function shownInvoiceCreation(
  params: SessionParams,
): Stripe.Checkout.Session.InvoiceCreation | null {
  if (params.mode !== 'payment') return null;
  const data = params.invoice_creation?.invoice_data;
  return {
    enabled: params.invoice_creation?.enabled ?? false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: data?.description ?? null,
      footer: data?.footer ?? null,
      issuer: null,
      metadata: data ? mergeMetadata({}, data.metadata) : null,
      rendering_options: null,
    },
  };
}

/** What sessions of this emulator never have: parts of Stripe that it does not implement. */
const ABSENT = {
  after_expiration: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  customer_account: null,
  integration_identifier: null,
  invoice: null,
  managed_payments: null,
  origin_context: null,
  payment_link: null,
  payment_method_configuration_details: null,
  permissions: null,
  recovered_from: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  subscription: null,
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>;
