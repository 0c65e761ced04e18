import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import type { SessionRecord } from '../../state/records.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { buildSetupIntent } from '../setup-intents/build-setup-intent.ts';
import { buildSession } from './build-session.ts';
import { expiryOf } from './expiry-of.ts';
import { scheduleExpiry } from './expire-session.ts';
import type { SessionParams } from './session-fields.ts';

const ABOUT_MONEY = [
  'allow_promotion_codes',
  'discounts',
  'invoice_creation',
  'line_items',
  'payment_intent_data',
  'submit_type',
] as const;
const NOTHING_TO_PAY = { subtotal: 0, discount: 0, tax: 0, total: 0, lineItems: [] };

/** Creates a session that only saves a payment method. Throws a 400 for whatever is about money. */
export function createSetupSession(
  emulator: Emulator,
  params: SessionParams,
  cause: Cause,
): SessionRecord {
  for (const name of ABOUT_MONEY)
    if (params[name] !== undefined)
      throw invalidRequest(`You can not pass \`${name}\` in \`setup\` mode.`, name);
  if (params.currency === undefined && params.allowed_payment_method_types === undefined)
    throw invalidRequest(
      'Missing required param: currency. It is required in `setup` mode when `allowed_payment_method_types` is not set.',
      'currency',
      'parameter_missing',
    );
  const customer = params.customer === undefined ? null : customerNamed(emulator, params.customer);
  const expiresAt = expiryOf(emulator, params.expires_at);
  const intent = emulator.state.setupIntents.put<Stripe.SetupIntent>(
    buildSetupIntent(emulator, {
      automaticPaymentMethods: null,
      customer: customer?.id ?? null,
      description: params.setup_intent_data?.description ?? null,
      metadata: mergeMetadata({}, params.setup_intent_data?.metadata),
      usage: 'off_session',
    }),
  );
  emitEvent(emulator, cause, 'setup_intent.created', intent);
  const built = buildSession(emulator, {
    params,
    customer,
    currency: params.currency ?? '',
    expiresAt,
    totals: NOTHING_TO_PAY,
    applied: null,
  });
  const session = { ...built, ...WITHOUT_MONEY, currency: params.currency ?? null };
  const record = emulator.state.sessions.put<SessionRecord>({
    id: session.id,
    session: { ...session, setup_intent: intent.id },
    lineItems: [],
    discount: null,
    paymentIntentData: UNUSED,
    attemptedIntent: null,
    taxPercent: null,
    subscriptionData: null,
  });
  scheduleExpiry(emulator, record);
  return record;
}

const WITHOUT_MONEY = {
  amount_subtotal: null,
  amount_total: null,
  discounts: null,
  mode: 'setup' as const,
  payment_status: 'no_payment_required' as const,
  total_details: null,
};

const UNUSED: SessionRecord['paymentIntentData'] = {
  description: null,
  metadata: {},
  receipt_email: null,
  setup_future_usage: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
};
