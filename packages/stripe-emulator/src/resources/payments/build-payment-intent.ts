import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { newId, randomToken } from '../../state/ids.ts';
import type { PaymentIntentDefaults } from '../../state/records.ts';

export interface NewPaymentIntent extends PaymentIntentDefaults {
  /** Minor units. */
  amount: number;
  currency: string;
  customer: string | null;
  automaticPaymentMethods: Stripe.PaymentIntent.AutomaticPaymentMethods | null;
}

/** A fresh intent that waits for a payment method; not stored yet. */
export function buildPaymentIntent(
  emulator: Emulator,
  wanted: NewPaymentIntent,
): Stripe.PaymentIntent {
  const id = newId('pi');
  return {
    ...ABSENT,
    id,
    object: 'payment_intent',
    amount: wanted.amount,
    amount_details: { tip: {} },
    amount_received: 0,
    automatic_payment_methods: wanted.automaticPaymentMethods,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${randomToken(25)}`,
    confirmation_method: 'automatic',
    created: emulator.clock.nowSeconds(),
    currency: wanted.currency,
    customer: wanted.customer,
    description: wanted.description,
    last_payment_error: null,
    latest_charge: null,
    metadata: wanted.metadata,
    payment_method: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
      },
    },
    payment_method_types: ['card'],
    receipt_email: wanted.receipt_email,
    setup_future_usage: wanted.setup_future_usage,
    statement_descriptor: wanted.statement_descriptor,
    statement_descriptor_suffix: wanted.statement_descriptor_suffix,
    status: 'requires_payment_method',
  };
}

/** What fresh intents do not have, and most intents of this emulator never get. */
const ABSENT = {
  allowed_payment_method_types: null,
  amount_capturable: 0,
  application: null,
  application_fee_amount: null,
  canceled_at: null,
  cancellation_reason: null,
  customer_account: null,
  excluded_payment_method_types: null,
  livemode: false,
  managed_payments: null,
  next_action: null,
  on_behalf_of: null,
  payment_method_configuration_details: null,
  payment_record: null,
  processing: null,
  review: null,
  shipping: null,
  source: null,
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<Stripe.PaymentIntent>;
