import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { amountRefusal } from '../../protocol/currencies.ts';
import { mergeMetadata, type MetadataChange } from '../../protocol/metadata.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { methodFor } from '../payment-methods/method-named.ts';
import { buildPaymentIntent } from './build-payment-intent.ts';
import { requireConfirmable } from './confirm-intent.ts';

export interface IntentOrder {
  /** Minor units. */
  amount: number;
  currency: string;
  automatic_payment_methods?:
    | { enabled: boolean; allow_redirects?: 'always' | 'never' | undefined }
    | undefined;
  confirm?: boolean | undefined;
  customer?: string | undefined;
  description?: string | undefined;
  error_on_requires_action?: boolean | undefined;
  metadata?: MetadataChange | undefined;
  off_session?: boolean | undefined;
  payment_method?: string | undefined;
  receipt_email?: string | null | undefined;
  return_url?: string | undefined;
  setup_future_usage?: 'off_session' | 'on_session' | undefined;
  statement_descriptor?: string | undefined;
  statement_descriptor_suffix?: string | undefined;
}

/** Creates an intent for the API. Throws when its amount, customer or method is refused. */
export function createIntent(
  emulator: Emulator,
  order: IntentOrder,
  cause: Cause,
): Stripe.PaymentIntent {
  requireChargeable(order.amount, order.currency);
  requireConfirmFor(order);
  const customer = order.customer === undefined ? null : customerNamed(emulator, order.customer).id;
  const method =
    order.payment_method === undefined
      ? undefined
      : methodFor(emulator, order.payment_method, customer, 'PaymentIntent');
  const methods = order.automatic_payment_methods;
  const intent: Stripe.PaymentIntent = {
    ...buildPaymentIntent(emulator, {
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
      setup_future_usage: order.setup_future_usage ?? null,
      statement_descriptor: order.statement_descriptor ?? null,
      statement_descriptor_suffix: order.statement_descriptor_suffix ?? null,
    }),
    ...(method ? { payment_method: method.id, status: 'requires_confirmation' } : {}),
  };
  // What is refused at once leaves no intent behind.
  if (order.confirm) requireConfirmable(intent, { ...order, payment_method: undefined });
  emulator.state.paymentIntents.put(intent);
  emitEvent(emulator, cause, 'payment_intent.created', intent);
  return intent;
}

export function requireChargeable(amount: number, currency: string): void {
  const refusal = amountRefusal(amount, currency, 'amount');
  if (refusal) throw refusal;
}

/** What only makes sense for a payment that happens at once. */
function requireConfirmFor(order: IntentOrder): void {
  if (order.confirm) return;
  for (const name of ['off_session', 'error_on_requires_action', 'return_url'] as const)
    if (order[name] !== undefined)
      throw invalidRequest(
        `The parameter \`${name}\` can only be used when \`confirm\` is true.`,
        name,
      );
}
