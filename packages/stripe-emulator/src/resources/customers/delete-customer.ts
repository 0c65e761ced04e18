import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { detachMethod } from '../payment-methods/attach-method.ts';
import { endSubscriptionsOf } from '../subscriptions/end-subscription.ts';

/** Ends the customer's subscriptions, detaches their cards, and leaves a tombstone. */
export function deleteCustomer(
  emulator: Emulator,
  cause: Cause,
  customer: Stripe.Customer,
): Stripe.DeletedCustomer {
  const { id } = customer;
  endSubscriptionsOf(emulator, cause, id);
  for (const method of emulator.state.paymentMethods.values())
    if (method.customer === id) detachMethod(emulator, cause, method);
  emitEvent(emulator, cause, 'customer.deleted', customer);
  return emulator.state.customers.put<Stripe.DeletedCustomer>({
    id,
    object: 'customer',
    deleted: true,
  });
}
