import {
  emptyable,
  flag,
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

export const CANCELLATION_REASONS = [
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
] as const;

const FEATURES = {
  customer_update: object({
    allowed_updates: list(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id'), {
      max: 6,
    }),
    enabled: flag(),
  }),
  invoice_history: object({ enabled: required(flag()) }),
  payment_method_update: object({ enabled: required(flag()) }),
  subscription_cancel: object({
    cancellation_reason: object({
      enabled: required(flag()),
      options: list(oneOf(...CANCELLATION_REASONS), { max: 8 }),
    }),
    enabled: flag(),
    mode: oneOf('at_period_end', 'immediately'),
    proration_behavior: oneOf('none'),
  }),
  subscription_pause: object({ enabled: onlyOff('pausing subscriptions') }),
  subscription_update: object({
    default_allowed_updates: list(oneOf('price', 'promotion_code', 'quantity'), { max: 3 }),
    enabled: onlyOff('changing plans in the portal'),
    proration_behavior: oneOf('none'),
  }),
};
export type FeatureParams = ParamsOf<typeof FEATURES>;

const SHARED = {
  business_profile: object({
    headline: emptyable(text({ max: 60 })),
    privacy_policy_url: emptyable(text()),
    terms_of_service_url: emptyable(text()),
  }),
  default_return_url: emptyable(text()),
  login_page: object({ enabled: onlyOff('the login page of the portal') }),
  metadata: metadata(),
  name: emptyable(text({ max: 64 })),
};

export const CONFIGURATION_CREATE = { ...SHARED, features: required(object(FEATURES)) };
export const CONFIGURATION_UPDATE = { ...SHARED, active: flag(), features: object(FEATURES) };
export type ConfigurationParams = ParamsOf<typeof CONFIGURATION_UPDATE>;

function onlyOff(feature: string): Field<false> {
  return {
    read(value, path) {
      if (value !== 'false')
        throw invalidRequest(
          `This emulator does not implement ${feature}; leave ${path} false.`,
          path,
        );
      return false;
    },
  };
}
