import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import { attachMethod, refusalToSave } from '../payment-methods/attach-method.ts';
import type { AcceptedCard } from '../payment-methods/card-entry.ts';
import { createPaymentMethod } from '../payment-methods/create-payment-method.ts';
import { changeSubscription, isLive } from '../subscriptions/change-subscription.ts';

export type CardChange =
  | { outcome: 'changed'; method: Stripe.PaymentMethod }
  | { outcome: 'declined'; error: ErrorBody };

/** A customer replaces their card: it becomes their default, and that of their subscriptions. */
export function changeCard(
  emulator: Emulator,
  cause: Cause,
  customer: Stripe.Customer,
  card: AcceptedCard,
): CardChange {
  const contact = { email: customer.email, name: customer.name ?? null };
  const method = createPaymentMethod(emulator, card, contact);
  const error = refusalToSave(method);
  if (error) return { outcome: 'declined', error };
  const saved = attachMethod(emulator, cause, method, customer.id);
  const after = emulator.state.customers.put<Stripe.Customer>({
    ...customer,
    invoice_settings: { ...customer.invoice_settings, default_payment_method: saved.id },
  });
  emitEvent(emulator, cause, 'customer.updated', after, customer);
  for (const record of emulator.state.subscriptions.values())
    if (record.subscription.customer === customer.id && isLive(record))
      changeSubscription(emulator, cause, record, { default_payment_method: saved.id });
  return { outcome: 'changed', method: saved };
}
