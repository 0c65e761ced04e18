import { currency } from '../../protocol/currencies.ts';
import {
  flag,
  integer,
  list,
  object,
  oneOf,
  required,
  text,
  type ParamsOf,
} from '../../protocol/fields.ts';
import { metadata } from '../../protocol/metadata.ts';
import { INTERVAL } from '../catalog/price-terms.ts';

const UNIT_AMOUNT_MAX = 99_999_999;
const QUANTITY_MAX = 999_999;
const LINE_ITEMS_MAX = 100;

const PRICE_DATA = {
  currency: required(currency()),
  product: text(),
  product_data: object({
    description: text({ max: 40_000 }),
    images: list(text({ max: 2048 }), { max: 8 }),
    metadata: metadata(),
    name: required(text({ max: 250 })),
    unit_label: text({ max: 12 }),
  }),
  recurring: object({ interval: required(INTERVAL), interval_count: integer({ min: 1 }) }),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  unit_amount: required(integer({ min: 0, max: UNIT_AMOUNT_MAX })),
};

const LINE_ITEM = {
  metadata: metadata(),
  price: text(),
  price_data: object(PRICE_DATA),
  quantity: integer({ min: 1, max: QUANTITY_MAX }),
};
export type LineItemParams = ParamsOf<typeof LINE_ITEM>;

const PAYMENT_INTENT_DATA = {
  capture_method: oneOf('automatic', 'automatic_async'),
  description: text({ max: 1_000 }),
  metadata: metadata(),
  receipt_email: text({ max: 512 }),
  setup_future_usage: oneOf('off_session', 'on_session'),
  statement_descriptor: text({ max: 22 }),
  statement_descriptor_suffix: text({ max: 22 }),
};

const SUBSCRIPTION_DATA = {
  description: text({ max: 500 }),
  metadata: metadata(),
  trial_end: integer({ min: 1 }),
  trial_period_days: integer({ min: 1, max: 730 }),
};

const SAVED_METHODS = {
  allow_redisplay_filters: list(oneOf('always', 'limited', 'unspecified'), { max: 3 }),
  payment_method_remove: oneOf('disabled', 'enabled'),
  payment_method_save: oneOf('disabled', 'enabled'),
};

/** The parameters of `POST /v1/checkout/sessions` that the emulator knows. */
export const SESSION_FIELDS = {
  adaptive_pricing: object({ enabled: flag() }),
  allow_promotion_codes: flag(),
  allowed_payment_method_types: list(text(), { max: 50 }),
  automatic_tax: object({ enabled: required(flag()) }),
  billing_address_collection: oneOf('auto', 'required'),
  cancel_url: text(),
  client_reference_id: text({ max: 200 }),
  currency: currency(),
  customer: text(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: text({ max: 800 }),
  customer_update: object({ address: oneOf('auto', 'never'), name: oneOf('auto', 'never') }),
  discounts: list(object({ coupon: text(), promotion_code: text() }), { max: 1 }),
  expires_at: integer({ min: 1 }),
  invoice_creation: object({
    enabled: required(flag()),
    invoice_data: object({
      description: text({ max: 1_500 }),
      footer: text(),
      metadata: metadata(),
    }),
  }),
  line_items: list(object(LINE_ITEM), { max: LINE_ITEMS_MAX }),
  locale: text({ max: 10 }),
  metadata: metadata(),
  mode: required(oneOf('payment', 'setup', 'subscription')),
  payment_intent_data: object(PAYMENT_INTENT_DATA),
  payment_method_collection: oneOf('always', 'if_required'),
  subscription_data: object(SUBSCRIPTION_DATA),
  saved_payment_method_options: object(SAVED_METHODS),
  setup_intent_data: object({ description: text({ max: 1_000 }), metadata: metadata() }),
  submit_type: oneOf('auto', 'book', 'donate', 'pay'),
  success_url: text(),
  ui_mode: oneOf('hosted_page'),
};
export type SessionParams = ParamsOf<typeof SESSION_FIELDS>;
