import type Stripe from 'stripe';
import { BY_ITSELF, type Cause, type Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import type { SessionRecord } from '../../state/records.ts';
import { cancelIntent } from '../payments/cancel-intent.ts';
import { cancelSetup } from '../setup-intents/cancel-setup.ts';

/** Ends an open session without payment; an intent of declined attempts is canceled with it. */
export function expireSession(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
): SessionRecord {
  const expired: Stripe.Checkout.Session = { ...record.session, status: 'expired', url: null };
  const after = emulator.state.sessions.put<SessionRecord>({ ...record, session: expired });
  const intent =
    record.attemptedIntent === null
      ? undefined
      : emulator.state.paymentIntents.get(record.attemptedIntent);
  if (intent && intent.status !== 'canceled') cancelIntent(emulator, cause, intent, 'expired');
  const setup = emulator.state.setupIntents.get(idOf(record.session.setup_intent));
  if (setup && setup.status !== 'canceled') cancelSetup(emulator, cause, setup, 'abandoned');
  emitEvent(emulator, cause, 'checkout.session.expired', expired);
  return after;
}

/** Lets an open session expire on the emulator's clock. */
export function scheduleExpiry(emulator: Emulator, { id, session }: SessionRecord): void {
  emulator.clock.at(session.expires_at * 1000, () => {
    const record = emulator.state.sessions.get(id);
    if (record?.session.status === 'open') expireSession(emulator, BY_ITSELF, record);
  });
}
