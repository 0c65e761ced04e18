import type Stripe from 'stripe';
import { BY_ITSELF, type Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SessionRecord } from '../../state/records.ts';

/** Tells of a session, complete for days, that its direct debit has come through or has not. */
export function endDebitedSession(
  emulator: Emulator,
  intentId: string,
  outcome: 'succeeded' | 'failed',
): void {
  for (const record of emulator.state.sessions.newestFirst()) {
    if (record.attemptedIntent !== intentId) continue;
    const session: Stripe.Checkout.Session = {
      ...record.session,
      payment_status: outcome === 'succeeded' ? 'paid' : record.session.payment_status,
    };
    emulator.state.sessions.put<SessionRecord>({ ...record, session });
    emitEvent(emulator, BY_ITSELF, `checkout.session.async_payment_${outcome}`, session);
    return;
  }
}
