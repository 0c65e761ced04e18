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
  type ParamsOf,
} from '../../protocol/fields.ts';
import { metadata } from '../../protocol/metadata.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { INTERVAL } from '../catalog/price-terms.ts';

const ITEMS_MAX = 20;
const QUANTITY_MAX = 999_999;
const UNIT_AMOUNT_MAX = 99_999_999;

const PRICE_DATA = {
  currency: required(currency()),
  product: required(text()),
  recurring: required(
    object({ interval: required(INTERVAL), interval_count: integer({ min: 1 }) }),
  ),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  unit_amount: required(integer({ min: 0, max: UNIT_AMOUNT_MAX })),
};
const NEW_ITEM = {
  metadata: metadata(),
  price: text(),
  price_data: object(PRICE_DATA),
  quantity: integer({ min: 0, max: QUANTITY_MAX }),
};
const CHANGED_ITEM = { ...NEW_ITEM, id: text(), deleted: flag() };
export type ItemParams = ParamsOf<typeof CHANGED_ITEM>;

const DISCOUNTS = emptyable(list(object({ coupon: text(), promotion_code: text() }), { max: 1 }));
export type DiscountParams = ParamsOf<{ discounts: typeof DISCOUNTS }>['discounts'];

const FEEDBACK = oneOf(
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
);
const CANCELLATION_DETAILS = object({
  comment: emptyable(text()),
  feedback: emptyable(FEEDBACK),
});

const SHARED = {
  automatic_tax: object({ enabled: required(flag()) }),
  cancel_at_period_end: flag(),
  collection_method: oneOf('charge_automatically'),
  default_payment_method: text(),
  description: emptyable(text({ max: 500 })),
  discounts: DISCOUNTS,
  metadata: metadata(),
  off_session: flag(),
  payment_settings: object({ save_default_payment_method: oneOf('off', 'on_subscription') }),
};

export const CREATE_FIELDS = {
  ...SHARED,
  cancel_at: integer({ min: 1 }),
  currency: currency(),
  customer: required(text()),
  items: required(list(object(NEW_ITEM), { max: ITEMS_MAX })),
  payment_behavior: oneOf('allow_incomplete'),
  trial_end: integer({ min: 1 }),
  trial_period_days: integer({ min: 1, max: 730 }),
};
export type CreateParams = ParamsOf<typeof CREATE_FIELDS>;

export const UPDATE_FIELDS = {
  ...SHARED,
  cancel_at: emptyable(integer({ min: 1 })),
  cancellation_details: CANCELLATION_DETAILS,
  items: list(object(CHANGED_ITEM), { max: ITEMS_MAX }),
  payment_behavior: oneOf('allow_incomplete', 'error_if_incomplete'),
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  proration_date: integer({ min: 1 }),
  trial_end: nowOrTime(),
};
export type UpdateParams = ParamsOf<typeof UPDATE_FIELDS>;

export const CANCEL_FIELDS = {
  cancellation_details: CANCELLATION_DETAILS,
  invoice_now: onlyOff(),
  prorate: onlyOff(),
};

function nowOrTime(): Field<number | 'now'> {
  const time = integer({ min: 1 });
  return { read: (value, path) => (value === 'now' ? 'now' : time.read(value, path)) };
}

/** What is left of a canceled period is not given back by this emulator. */
function onlyOff(): Field<false> {
  return {
    read(value, path) {
      if (value !== 'false')
        throw invalidRequest(
          `This emulator does not prorate cancellations; leave ${path} false.`,
          path,
        );
      return false;
    },
  };
}
