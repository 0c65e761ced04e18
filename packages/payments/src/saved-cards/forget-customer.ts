import type Stripe from 'stripe';
import { unlessMissing } from '../read-checkout.ts';

/**
 * Takes from a customer what says who they are, and every card that is still saved. The customer
 * stays, because payments may still be refunded or disputed. One that is gone is no failure.
 */
export async function forgetCustomer(stripe: Stripe, id: string): Promise<void> {
  const customer = await unlessMissing(stripe.customers.retrieve(id));
  if (customer === null || customer.deleted) return;
  for await (const method of stripe.customers.listPaymentMethods(id, { limit: 100 })) {
    await unlessMissing(stripe.paymentMethods.detach(method.id));
  }
  await stripe.customers.update(id, { email: '', name: '', phone: '', address: '' });
}
