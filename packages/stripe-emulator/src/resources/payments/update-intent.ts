import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { mergeMetadata, type MetadataChange } from '../../protocol/metadata.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { methodFor } from '../payment-methods/method-named.ts';
import { requireChargeable } from './create-intent.ts';

interface IntentChange {
  amount?: number | undefined;
  customer?: string | undefined;
  description?: string | undefined;
  metadata?: MetadataChange | undefined;
  payment_method?: string | undefined;
  receipt_email?: string | null | undefined;
  setup_future_usage?: 'off_session' | 'on_session' | null | undefined;
  statement_descriptor?: string | undefined;
  statement_descriptor_suffix?: string | undefined;
}

/** What decides about the money; it is settled once the intent has been confirmed. */
const BEFORE_CONFIRMATION = ['amount', 'customer', 'payment_method', 'setup_future_usage'] as const;
const CHANGEABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** Throws a 400 for a change that comes too late or names what is not there. */
export function updateIntent(
  emulator: Emulator,
  before: Stripe.PaymentIntent,
  change: IntentChange,
): Stripe.PaymentIntent {
  const late = CHANGEABLE.includes(before.status)
    ? undefined
    : BEFORE_CONFIRMATION.find((name) => change[name] !== undefined);
  if (late !== undefined)
    throw invalidRequest(
      `This PaymentIntent's ${late} could not be updated because it has a status of ${before.status}.`,
      late,
      'payment_intent_unexpected_state',
    );
  if (change.amount !== undefined) requireChargeable(change.amount, before.currency);
  const customer =
    change.customer === undefined
      ? before.customer
      : sameCustomer(before, customerNamed(emulator, change.customer).id);
  const method =
    change.payment_method === undefined
      ? undefined
      : methodFor(emulator, change.payment_method, customer, 'PaymentIntent');
  const { description, receipt_email: email, setup_future_usage: usage } = change;
  return emulator.state.paymentIntents.put<Stripe.PaymentIntent>({
    ...before,
    amount: change.amount ?? before.amount,
    customer,
    description: description ?? before.description,
    metadata: mergeMetadata(before.metadata, change.metadata),
    receipt_email: email === undefined ? before.receipt_email : email,
    setup_future_usage: usage === undefined ? before.setup_future_usage : usage,
    statement_descriptor: change.statement_descriptor ?? before.statement_descriptor,
    statement_descriptor_suffix:
      change.statement_descriptor_suffix ?? before.statement_descriptor_suffix,
    // A new method starts the payment over; whatever the old one was waiting for is off.
    ...(method
      ? { next_action: null, payment_method: method.id, status: 'requires_confirmation' }
      : {}),
  });
}

/** An intent keeps its customer once it has one. */
function sameCustomer(intent: Stripe.PaymentIntent, wanted: string): string {
  if (intent.customer !== null && idOf(intent.customer) !== wanted)
    throw invalidRequest(
      'You cannot modify `customer` on a PaymentIntent once it already has been set. To fulfill a payment with a different Customer, cancel this PaymentIntent and create a new one.',
      'customer',
    );
  return wanted;
}
