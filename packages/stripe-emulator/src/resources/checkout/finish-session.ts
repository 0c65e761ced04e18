import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SessionRecord } from '../../state/records.ts';
import { redeem } from '../catalog/promotion-code.ts';
import type { BillingContact } from '../payment-methods/create-payment-method.ts';
import { detailsOf } from './build-session.ts';
import { presentmentOf } from './presentment.ts';

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
  const presentment = presentmentOf(emulator, session);
  if (discount) redeem(emulator, discount.coupon, discount.promotionCode);
  const completed: Stripe.Checkout.Session = {
    ...session,
    customer_details: detailsOf(contact.email, contact.name),
    ...(presentment ? { presentment_details: presentment } : {}),
    status: 'complete',
    url: null,
    ...result,
  };
  const after = emulator.state.sessions.put<SessionRecord>({ ...record, session: completed });
  const event = emitEvent(
    emulator,
    cause,
    'checkout.session.completed',
    completed,
    undefined,
    session,
  );
  return { record: after, completedEvent: event.id };
}
