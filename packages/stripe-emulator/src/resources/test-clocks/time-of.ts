import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import type { FormObject } from '../../protocol/decode-form.ts';
import { idOf } from '../../state/id-of.ts';

/** What may be under a test clock: customers, and through them their subscriptions and invoices. */
interface Clocked {
  test_clock?: string | Stripe.TestHelpers.TestClock | null;
}

/**
 * The same emulator in the time of an object: that of its test clock, or else everybody's. Whatever
 * is stamped or appointed through it follows that time; events and keys always keep everybody's.
 */
export function inTimeOf(emulator: Emulator, object: Clocked | undefined): Emulator {
  const clock =
    emulator.testClocks.get(idOf(object?.test_clock ?? null)) ?? emulator.everybodysClock;
  return clock === emulator.clock ? emulator : { ...emulator, clock };
}

/** The emulator in the time of a customer. */
export function inTimeOfCustomer(emulator: Emulator, id: string | undefined): Emulator {
  const customer = emulator.state.customers.get(id ?? '');
  return inTimeOf(emulator, customer?.deleted ? undefined : customer);
}

const BILLING =
  /^\/v1\/(customers|subscriptions|subscription_schedules|invoices|credit_notes)(\/|$)/;

/** The emulator in the time of what a request is about. Payments outside of billing know no clocks. */
export function inTimeOfRequest(
  emulator: Emulator,
  path: string,
  id: string,
  form: FormObject,
): Emulator {
  if (emulator.testClocks.size === 0 || !BILLING.test(path)) return emulator;
  const { state } = emulator;
  const named = (name: string): string => (typeof form[name] === 'string' ? form[name] : '');
  if (path === '/v1/customers') return inTimeOf(emulator, { test_clock: named('test_clock') });
  const billed =
    state.subscriptions.get(id)?.subscription ??
    state.subscriptions.get(named('from_subscription'))?.subscription ??
    state.subscriptionSchedules.get(id) ??
    state.invoices.get(id)?.invoice ??
    state.invoices.get(named('invoice'))?.invoice;
  if (billed) return inTimeOf(emulator, billed);
  return inTimeOfCustomer(emulator, path.startsWith('/v1/customers/') ? id : named('customer'));
}
