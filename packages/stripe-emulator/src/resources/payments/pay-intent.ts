import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import { unreachable } from '../../unreachable.ts';
import { chargeTransaction } from '../balance/balance-transaction.ts';
import { openDispute } from '../disputes/open-dispute.ts';
import { buildCharge, type ChargeResult } from './build-charge.ts';
import { findTestCardByLast4, type TestCard } from './test-cards.ts';

/** A declined card is an expected outcome: the API makes it a 402, the pay page a message. */
export type PaymentResult =
  | { outcome: 'paid'; intent: Stripe.PaymentIntent; charge: Stripe.Charge }
  | { outcome: 'declined'; intent: Stripe.PaymentIntent; error: ErrorBody };

/**
 * Charges an intent. When paid, `settleCharge` must follow: Stripe books the money a moment after
 * it announces the success, and Checkout completes its session in between.
 */
export function payIntent(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): PaymentResult {
  const card = findTestCardByLast4(method.card?.last4 ?? null);
  const result = attempt(card);
  const charge = emulator.state.charges.put(buildCharge(emulator, intent, method, result));
  if (result.kind !== 'paid') return decline(emulator, cause, intent, method, charge);
  emitEvent(emulator, cause, 'charge.succeeded', charge);
  const paid = emulator.state.paymentIntents.put<Stripe.PaymentIntent>({
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: method.id,
    status: 'succeeded',
  });
  emitEvent(emulator, cause, 'payment_intent.succeeded', paid);
  return { outcome: 'paid', intent: paid, charge };
}

/** Books a paid charge, then lets a disputing test card dispute it. */
export function settleCharge(emulator: Emulator, cause: Cause, charge: Stripe.Charge): void {
  const transaction = chargeTransaction(emulator, charge);
  const settled = emulator.state.charges.put({ ...charge, balance_transaction: transaction.id });
  emitEvent(emulator, cause, 'charge.updated', settled, charge);
  const card = findTestCardByLast4(charge.payment_method_details?.card?.last4 ?? null);
  const disputed = card?.behaviour.kind === 'pays' ? card.behaviour.disputed : undefined;
  if (disputed) openDispute(emulator, cause, settled, disputed);
}

/** Every number that reaches here is a test card; an unknown one would simply pay. */
function attempt(card: TestCard | undefined): ChargeResult {
  const behaviour = card?.behaviour ?? { kind: 'pays' };
  switch (behaviour.kind) {
    case 'declines':
      return { kind: 'declined', decline: behaviour.decline };
    case 'blocked':
      return { kind: 'blocked' };
    case 'pays':
      return { kind: 'paid' };
    default:
      return unreachable(behaviour);
  }
}

function decline(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  charge: Stripe.Charge,
): PaymentResult {
  emitEvent(emulator, cause, 'charge.failed', charge);
  const error = declineError(charge);
  const failed = emulator.state.paymentIntents.put<Stripe.PaymentIntent>({
    ...intent,
    last_payment_error: { ...error, type: 'card_error', payment_method: method },
    latest_charge: charge.id,
    payment_method: null,
    status: 'requires_payment_method',
  });
  emitEvent(emulator, cause, 'payment_intent.payment_failed', failed);
  return {
    outcome: 'declined',
    intent: failed,
    error: { ...error, payment_intent: failed, payment_method: method },
  };
}

function declineError(charge: Stripe.Charge): ErrorBody {
  const { outcome } = charge;
  const declineCode = outcome?.type === 'blocked' ? 'fraudulent' : outcome?.reason;
  return {
    type: 'card_error',
    code: charge.failure_code ?? 'card_declined',
    message: charge.failure_message ?? 'Your card was declined.',
    charge: charge.id,
    ...(declineCode ? { decline_code: declineCode } : {}),
    ...(outcome?.advice_code ? { advice_code: outcome.advice_code } : {}),
    ...(outcome?.network_decline_code
      ? { network_decline_code: outcome.network_decline_code }
      : {}),
  };
}
