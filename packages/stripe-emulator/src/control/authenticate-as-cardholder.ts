import type { Cause, Emulator } from '../emulator.ts';
import { invalidRequest, noSuchResource } from '../protocol/stripe-error.ts';
import {
  authenticateSession,
  sessionOfIntent,
} from '../resources/checkout/authenticate-session.ts';
import { authenticateAtBank } from '../resources/payments/authenticate-at-bank.ts';
import type { AuthenticationOutcome } from '../resources/payments/authenticate-intent.ts';

/** Answers the bank for a payment or setup intent that waits for it, as on its 3-D Secure page. */
export function authenticateAsCardholder(
  emulator: Emulator,
  cause: Cause,
  id: string,
  outcome: AuthenticationOutcome,
): object {
  const { state } = emulator;
  const find = () => state.paymentIntents.get(id) ?? state.setupIntents.get(id);
  const intent = find();
  if (!intent) throw noSuchResource('payment_intent', id);
  if (intent.status !== 'requires_action')
    throw invalidRequest(
      `${id} has a status of ${intent.status}; nobody waits for its authentication.`,
    );
  const record = sessionOfIntent(emulator, id);
  if (!record) return { intent: authenticateAtBank(emulator, cause, intent, outcome) };
  authenticateSession(emulator, cause, record, outcome);
  return { intent: find(), session: state.sessions.get(record.id)?.session };
}
