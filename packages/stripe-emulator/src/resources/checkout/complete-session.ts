import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import type { SessionRecord } from '../../state/records.ts';
import type { AcceptedCard } from '../payments/card-entry.ts';
import { settleCharge } from '../payments/pay-intent.ts';
import { createPaymentMethod, type BillingContact } from '../payments/payment-method.ts';
import { whyNotRedeemable } from './apply-promotion.ts';
import { chargeSession } from './charge-session.ts';
import { finishSession, type FinishedSession } from './finish-session.ts';
import { needsCard } from './subscription-mode.ts';
import { subscribeBySession } from './subscribe-by-session.ts';

export type CompletionResult =
  | ({ outcome: 'completed' } & FinishedSession)
  | { outcome: 'declined'; record: SessionRecord; error: ErrorBody }
  | { outcome: 'discount_refused'; message: string }
  | { outcome: 'not_open'; status: string };

/**
 * The customer presses Pay. `card` is left out when the page asks for none. The discount is checked
 * again and counted only here, so of two open sessions only one gets the last use of a code.
 */
export function completeSession(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  card: AcceptedCard | undefined,
): CompletionResult {
  const { session } = record;
  if (session.status !== 'open')
    return { outcome: 'not_open', status: session.status ?? 'expired' };
  const refused = whyNotRedeemable(emulator, record);
  if (refused !== undefined) return { outcome: 'discount_refused', message: refused };
  if (needsCard(session) && !card)
    throw new Error('This session cannot be completed without a card.');
  const method = card && createPaymentMethod(emulator, card, contact);
  if (session.mode === 'subscription')
    return subscribeBySession(emulator, cause, record, contact, method ?? null);
  if (!method)
    return {
      outcome: 'completed',
      ...finishSession(emulator, cause, record, contact, {
        payment_status: 'no_payment_required',
      }),
    };
  return payOnce(emulator, cause, record, contact, method);
}

function payOnce(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  method: Stripe.PaymentMethod,
): CompletionResult {
  const payment = chargeSession(emulator, cause, record, method);
  if (payment.outcome === 'declined') {
    const attempted = { ...record, attemptedIntent: payment.intent.id };
    return {
      outcome: 'declined',
      record: emulator.state.sessions.put(attempted),
      error: payment.error,
    };
  }
  const finished = finishSession(emulator, cause, record, contact, {
    payment_intent: payment.intent.id,
    payment_status: 'paid',
  });
  settleCharge(emulator, cause, payment.charge);
  return { outcome: 'completed', ...finished };
}
