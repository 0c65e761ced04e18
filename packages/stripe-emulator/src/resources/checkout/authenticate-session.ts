import type { Cause, Emulator } from '../../emulator.ts';
import { idOf } from '../../state/id-of.ts';
import type { SessionRecord } from '../../state/records.ts';
import { authenticateIntent, type AuthenticationOutcome } from '../payments/authenticate-intent.ts';
import { authenticateSetup } from '../setup-intents/set-up-method.ts';
import { whyNotRedeemable } from './apply-promotion.ts';
import { hasLostCustomer } from './session-customer.ts';
import { concludePayment, concludeSetup, type CompletionResult } from './complete-session.ts';

/** The session that an intent belongs to, if Checkout made it. */
export function sessionOfIntent(emulator: Emulator, intentId: string): SessionRecord | undefined {
  for (const record of emulator.state.sessions.newestFirst())
    if (record.attemptedIntent === intentId || record.session.setup_intent === intentId)
      return record;
  return undefined;
}

/** The customer comes back from the 3-D Secure page of a session's intent, which must wait for it. */
export function authenticateSession(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  outcome: AuthenticationOutcome,
): CompletionResult {
  const { state } = emulator;
  const { session } = record;
  if (session.status !== 'open')
    return { outcome: 'not_open', status: session.status ?? 'expired' };
  if (hasLostCustomer(emulator, session))
    return { outcome: 'customer_gone', customer: idOf(session.customer) };
  // Somebody else may have used the code up while the customer was at their bank.
  const refused = outcome === 'complete' ? whyNotRedeemable(emulator, record) : undefined;
  if (refused !== undefined) return { outcome: 'discount_refused', message: refused };
  const setup = state.setupIntents.get(idOf(session.setup_intent));
  const intent = state.paymentIntents.get(record.attemptedIntent ?? '');
  const method = state.paymentMethods.get(idOf((setup ?? intent)?.payment_method ?? null));
  const contact = {
    email: session.customer_details?.email ?? method?.billing_details.email ?? null,
    name: method?.billing_details.name ?? null,
  };
  if (setup) {
    const result = authenticateSetup(emulator, cause, setup, outcome);
    return concludeSetup(emulator, cause, record, contact, result);
  }
  if (!intent) throw new Error(`The session ${record.id} does not wait for an authentication.`);
  const result = authenticateIntent(emulator, cause, intent, outcome);
  return concludePayment(emulator, cause, record, contact, result);
}
