import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { newId } from '../../state/ids.ts';
import type { ConfigurationParams, FeatureParams } from './configuration-fields.ts';

type Features = Stripe.BillingPortal.Configuration.Features;

/** A configuration in which everything is off until `withParams` switches it on. */
export function blankConfiguration(emulator: Emulator): Stripe.BillingPortal.Configuration {
  const now = emulator.clock.nowSeconds();
  return {
    id: newId('bpc'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: now,
    default_return_url: null,
    features: ALL_OFF,
    is_default: false,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: now,
  };
}

/** The configuration after an update; features keep what the update does not name. */
export function withParams(
  emulator: Emulator,
  before: Stripe.BillingPortal.Configuration,
  params: ConfigurationParams,
): Stripe.BillingPortal.Configuration {
  const { business_profile: profile, default_return_url: returnUrl, name } = params;
  return {
    ...before,
    active: params.active ?? before.active,
    business_profile: { ...before.business_profile, ...given(profile ?? {}) },
    default_return_url: returnUrl === undefined ? before.default_return_url : returnUrl,
    features: featuresAfter(before.features, params.features ?? {}),
    metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
    name: name === undefined ? before.name : name,
    updated: emulator.clock.nowSeconds(),
  };
}

function featuresAfter(before: Features, params: FeatureParams): Features {
  const cancel = params.subscription_cancel;
  const reason = cancel?.cancellation_reason;
  return {
    ...before,
    customer_update: { ...before.customer_update, ...given(params.customer_update ?? {}) },
    invoice_history: { ...before.invoice_history, ...given(params.invoice_history ?? {}) },
    payment_method_update: {
      ...before.payment_method_update,
      ...given(params.payment_method_update ?? {}),
    },
    subscription_cancel: {
      ...before.subscription_cancel,
      enabled: cancel?.enabled ?? before.subscription_cancel.enabled,
      mode: cancel?.mode ?? before.subscription_cancel.mode,
      cancellation_reason: {
        ...before.subscription_cancel.cancellation_reason,
        ...given(reason ?? {}),
      },
    },
    subscription_update: {
      ...before.subscription_update,
      default_allowed_updates:
        params.subscription_update?.default_allowed_updates ??
        before.subscription_update.default_allowed_updates,
    },
  };
}

/** Only what was named; an absent parameter must not overwrite anything. */
function given<T extends object>(params: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the entries of T without the undefined ones
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

const ALL_OFF: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    products: [],
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};
