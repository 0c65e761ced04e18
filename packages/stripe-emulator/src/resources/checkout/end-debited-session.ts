import type Stripe from 'stripe';
import { BY_ITSELF, type Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SessionRecord } from '../../state/records.ts';
import { invoiceSession } from './invoice-session.ts';

/** Tells of a session, complete for days, that its direct debit has come through or has not. */
export function endDebitedSession(
  emulator: Emulator,
  intentId: string,
  outcome: 'succeeded' | 'failed',
): void {
  for (const record of emulator.state.sessions.newestFirst()) {
    if (record.attemptedIntent !== intentId) continue;
    const session = outcome === 'succeeded' ? paidSession(emulator, record) : record.session;
    emitEvent(emulator, BY_ITSELF, `checkout.session.async_payment_${outcome}`, session);
    return;
  }
}

function paidSession(emulator: Emulator, before: SessionRecord): Stripe.Checkout.Session {
  const intent = emulator.state.paymentIntents.get(before.attemptedIntent ?? '') ?? null;
  const record = invoiceSession(emulator, BY_ITSELF, before, intent);
  const session: Stripe.Checkout.Session = { ...record.session, payment_status: 'paid' };
  return emulator.state.sessions.put<SessionRecord>({ ...record, session }).session;
}
