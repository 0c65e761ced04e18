import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { newId, randomToken } from '../../state/ids.ts';

export interface NewSetupIntent {
  automaticPaymentMethods: Stripe.SetupIntent.AutomaticPaymentMethods | null;
  customer: string | null;
  description: string | null;
  metadata: Stripe.Metadata;
  usage: 'off_session' | 'on_session';
}

/** A fresh setup that waits for a payment method; not stored yet. */
export function buildSetupIntent(emulator: Emulator, wanted: NewSetupIntent): Stripe.SetupIntent {
  const id = newId('seti');
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: wanted.automaticPaymentMethods,
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomToken(25)}`,
    created: emulator.clock.nowSeconds(),
    customer: wanted.customer,
    customer_account: null,
    description: wanted.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: wanted.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: wanted.usage,
  };
}
