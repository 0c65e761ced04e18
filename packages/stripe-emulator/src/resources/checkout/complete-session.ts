import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import type { SessionRecord } from '../../state/records.ts';
import { unreachable } from '../../unreachable.ts';
import type { BillingContact } from '../payment-methods/create-payment-method.ts';
import type { PaymentResult } from '../payments/pay-intent.ts';
import { settleCharge } from '../payments/settle-charge.ts';
import { setUpMethod, type SetupResult } from '../setup-intents/set-up-method.ts';
import { whyNotRedeemable } from './apply-promotion.ts';
import { chargeSession } from './charge-session.ts';
import { finishSession, type FinishedSession } from './finish-session.ts';
import { invoiceSession } from './invoice-session.ts';
import { methodOf, type PaymentSource } from './payment-source.ts';
import { hasLostCustomer, withCustomer } from './session-customer.ts';
import { subscribeForFree, subscribePaid } from './subscribe-by-session.ts';
import { needsCard } from './subscription-mode.ts';

export type CompletionResult =
  | ({ outcome: 'completed' } & FinishedSession)
  /** The customer has to go to the 3-D Secure page of this intent first. */
  | { outcome: 'requires_action'; record: SessionRecord; intent: string }
  | { outcome: 'declined'; record: SessionRecord; error: ErrorBody }
  | { outcome: 'discount_refused'; message: string }
  /** The customer was deleted meanwhile, so there is nobody to sell anything to. */
  | { outcome: 'customer_gone'; customer: string }
  | { outcome: 'not_open'; status: string };

/**
 * The customer presses Pay. `source` is left out when the page asks for none. The discount is
 * checked again and counted only here, so of two open sessions only one gets the last use of a code.
 */
export function completeSession(
  emulator: Emulator,
  cause: Cause,
  before: SessionRecord,
  contact: BillingContact,
  source: PaymentSource | undefined,
): CompletionResult {
  const { session } = before;
  if (session.status !== 'open')
    return { outcome: 'not_open', status: session.status ?? 'expired' };
  if (hasLostCustomer(emulator, session))
    return { outcome: 'customer_gone', customer: idOf(session.customer) };
  const refused = whyNotRedeemable(emulator, before);
  if (refused !== undefined) return { outcome: 'discount_refused', message: refused };
  if (needsCard(session) && !source)
    throw new Error('This session cannot be completed without a payment method.');
  const record = withCustomer(emulator, cause, before, contact);
  const method = source ? methodOf(emulator, record, contact, source) : null;
  if (method && session.mode === 'setup')
    return concludeSetup(emulator, cause, record, contact, setUp(emulator, cause, record, method));
  if (method && session.amount_total !== 0) {
    const payment = chargeSession(emulator, cause, record, method);
    return concludePayment(emulator, cause, record, contact, payment);
  }
  if (session.mode === 'subscription')
    return subscribeForFree(emulator, cause, record, contact, method);
  const invoiced = invoiceSession(emulator, cause, record, null);
  const finished = finishSession(emulator, cause, invoiced, contact, {
    payment_status: 'no_payment_required',
  });
  return { outcome: 'completed', ...finished };
}

/** What an attempt to pay means for its session. */
export function concludePayment(
  emulator: Emulator,
  cause: Cause,
  before: SessionRecord,
  contact: BillingContact,
  payment: PaymentResult,
): CompletionResult {
  const { intent } = payment;
  const record = emulator.state.sessions.put<SessionRecord>({
    ...before,
    attemptedIntent: intent.id,
  });
  switch (payment.outcome) {
    case 'requires_action':
      return { outcome: 'requires_action', record, intent: intent.id };
    case 'declined':
      return { outcome: 'declined', record, error: payment.error };
    case 'processing':
      // The money is not there yet, and may never come: the session stays unpaid.
      return {
        outcome: 'completed',
        ...finishSession(emulator, cause, record, contact, { payment_intent: intent.id }),
      };
    case 'paid': {
      const finished =
        record.session.mode === 'subscription'
          ? subscribePaid(emulator, cause, record, contact, intent)
          : finishPaid(emulator, cause, record, contact, intent);
      settleCharge(emulator, cause, payment.charge);
      return { outcome: 'completed', ...finished };
    }
    default:
      return unreachable(payment);
  }
}

function finishPaid(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  intent: Stripe.PaymentIntent,
): FinishedSession {
  const invoiced = invoiceSession(emulator, cause, record, intent);
  return finishSession(emulator, cause, invoiced, contact, {
    payment_intent: intent.id,
    payment_status: 'paid',
  });
}

/** What an attempt to save a card means for its session. */
export function concludeSetup(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  contact: BillingContact,
  setup: SetupResult,
): CompletionResult {
  switch (setup.outcome) {
    case 'requires_action':
      return { outcome: 'requires_action', record, intent: setup.intent.id };
    case 'declined':
      return { outcome: 'declined', record, error: setup.error };
    case 'succeeded':
      return { outcome: 'completed', ...finishSession(emulator, cause, record, contact, {}) };
    default:
      return unreachable(setup);
  }
}

function setUp(
  emulator: Emulator,
  cause: Cause,
  { id, session }: SessionRecord,
  method: Stripe.PaymentMethod,
): SetupResult {
  const intent = emulator.state.setupIntents.get(idOf(session.setup_intent));
  if (!intent) throw new Error(`The session ${id} has lost its setup intent.`);
  return setUpMethod(emulator, cause, { ...intent, customer: session.customer }, method);
}
