import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { amountRefusal } from '../../protocol/currencies.ts';
import { mergeMetadata, type MetadataChange } from '../../protocol/metadata.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { buildPaymentIntent } from './build-payment-intent.ts';

export interface IntentOrder {
  /** Minor units. */
  amount: number;
  currency: string;
  automatic_payment_methods?:
    | { enabled: boolean; allow_redirects?: 'always' | 'never' | undefined }
    | undefined;
  customer?: string | undefined;
  description?: string | undefined;
  metadata?: MetadataChange | undefined;
  receipt_email?: string | null | undefined;
  statement_descriptor?: string | undefined;
  statement_descriptor_suffix?: string | undefined;
}

/** Creates an intent for the API. Throws when the amount or the customer is refused. */
export function createIntent(
  emulator: Emulator,
  order: IntentOrder,
  cause: Cause,
): Stripe.PaymentIntent {
  requireChargeable(order.amount, order.currency);
  const customer = order.customer === undefined ? null : customerNamed(emulator, order.customer).id;
  const methods = order.automatic_payment_methods;
  const intent = buildPaymentIntent(emulator, {
    amount: order.amount,
    currency: order.currency,
    customer,
    // Dynamic payment methods are the default of this API version.
    automaticPaymentMethods: {
      enabled: methods?.enabled ?? true,
      allow_redirects: methods?.allow_redirects ?? 'always',
    },
    description: order.description ?? null,
    metadata: mergeMetadata({}, order.metadata),
    receipt_email: order.receipt_email ?? null,
    statement_descriptor: order.statement_descriptor ?? null,
    statement_descriptor_suffix: order.statement_descriptor_suffix ?? null,
  });
  emulator.state.paymentIntents.put(intent);
  emitEvent(emulator, cause, 'payment_intent.created', intent);
  return intent;
}

export function requireChargeable(amount: number, currency: string): void {
  const refusal = amountRefusal(amount, currency, 'amount');
  if (refusal) throw refusal;
}
