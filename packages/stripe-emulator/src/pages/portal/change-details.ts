import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';

const VALUE_MAX = 500;

/** Saves the billing details that the portal lets customers change. Returns what is wrong, if so. */
export function changeDetails(
  emulator: Emulator,
  cause: Cause,
  customer: Stripe.Customer,
  configuration: Stripe.BillingPortal.Configuration,
  posted: URLSearchParams,
): string | undefined {
  const allowed = configuration.features.customer_update.allowed_updates;
  const value = (name: string): string => (posted.get(name) ?? '').trim().slice(0, VALUE_MAX);
  const orNull = (name: string): string | null => value(name) || null;
  if (allowed.includes('email') && !/^[^\s@]+@[^\s@]+$/.test(value('email')))
    return 'Your email address is incomplete.';
  const address: Stripe.Address = {
    city: orNull('city'),
    country: orNull('country')?.toUpperCase() ?? null,
    line1: orNull('line1'),
    line2: null,
    postal_code: orNull('postal_code'),
    state: null,
  };
  const after = emulator.state.customers.put<Stripe.Customer>({
    ...customer,
    ...(allowed.includes('email') ? { email: value('email') } : {}),
    ...(allowed.includes('name') ? { name: orNull('customer_name') } : {}),
    ...(allowed.includes('address') ? { address } : {}),
  });
  emitEvent(emulator, cause, 'customer.updated', after, customer);
  return undefined;
}
