import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SessionRecord } from '../../state/records.ts';
import { idOf } from '../../state/id-of.ts';
import { blankCustomer } from '../customers/customer-routes.ts';
import type { BillingContact } from '../payment-methods/create-payment-method.ts';

/**
 * The session with its customer, who is created here when the session must have one. A customer
 * made for a declined attempt stays with the session for the next one.
 */
export function withCustomer(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
): SessionRecord {
  const { session } = record;
  const needsOne =
    session.mode === 'subscription' ||
    session.customer_creation === 'always' ||
    session.invoice_creation?.enabled === true;
  if (session.customer !== null || !needsOne) return record;
  const customer = emulator.state.customers.put<Stripe.Customer>({
    ...blankCustomer(emulator),
    ...contact,
  });
  emitEvent(emulator, cause, 'customer.created', customer);
  return emulator.state.sessions.put<SessionRecord>({
    ...record,
    session: { ...session, customer: customer.id },
  });
}

/** Somebody has deleted the customer since the session was opened. */
export function hasLostCustomer({ state }: Emulator, session: Stripe.Checkout.Session): boolean {
  if (session.customer === null) return false;
  const customer = state.customers.get(idOf(session.customer));
  return customer === undefined || customer.deleted === true;
}

/** The customer of a session that has one by now. */
export function customerOf(emulator: Emulator, { session }: SessionRecord): Stripe.Customer {
  const customer = emulator.state.customers.get(idOf(session.customer));
  if (!customer || customer.deleted) throw new Error('The customer of this session was deleted.');
  return customer;
}
