import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SessionRecord } from '../../state/records.ts';
import { redeem } from '../catalog/promotion-code.ts';
import { blankCustomer } from '../customers/customer-routes.ts';
import type { BillingContact } from '../payments/payment-method.ts';
import { detailsOf } from './build-session.ts';

export interface FinishedSession {
  record: SessionRecord;
  /** The id of `checkout.session.completed`. */
  completedEvent: string;
}

/** Completes a session: its discount is counted, and `result` says what came of it. */
export function finishSession(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  result: Partial<Stripe.Checkout.Session>,
): FinishedSession {
  const { session, discount } = record;
  if (discount) redeem(emulator, discount.coupon, discount.promotionCode);
  const completed: Stripe.Checkout.Session = {
    ...session,
    customer: session.customer ?? newCustomer(emulator, cause, session, contact),
    customer_details: detailsOf(contact.email, contact.name),
    status: 'complete',
    url: null,
    ...result,
  };
  const after = emulator.state.sessions.put<SessionRecord>({ ...record, session: completed });
  const event = emitEvent(emulator, cause, 'checkout.session.completed', completed);
  return { record: after, completedEvent: event.id };
}

function newCustomer(
  emulator: Emulator,
  cause: Cause,
  session: Stripe.Checkout.Session,
  contact: BillingContact,
): string | null {
  if (session.customer_creation !== 'always') return null;
  return createCustomer(emulator, cause, contact).id;
}

export function createCustomer(
  emulator: Emulator,
  cause: Cause,
  contact: BillingContact,
): Stripe.Customer {
  const customer = emulator.state.customers.put<Stripe.Customer>({
    ...blankCustomer(emulator),
    ...contact,
  });
  emitEvent(emulator, cause, 'customer.created', customer);
  return customer;
}
