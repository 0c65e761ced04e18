import type Stripe from 'stripe';
import { BY_ITSELF, type Cause, type Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import { refundTransaction } from '../balance/balance-transaction.ts';
import type { RefundBehaviour } from '../payment-methods/test-card.ts';
import { findTestCardByLast4 } from '../payment-methods/test-cards.ts';
import { closeWarnings } from '../radar/early-fraud-warning.ts';
import { closeReview } from '../radar/review.ts';
import { changeRefunded, failRefund, succeedRefund } from './change-refund.ts';

/** How long a test refund takes to change its mind, on the emulator's clock. */
const LATER_MS = 10_000;

export interface RefundOrder {
  /** Minor units; all that is left when absent. */
  amount?: number | undefined;
  reason?: Stripe.Refund.Reason | undefined;
  metadata?: Stripe.Metadata | undefined;
  /** Where it stays until somebody changes it; by default the card decides. */
  status?: 'pending' | 'requires_action' | 'succeeded' | undefined;
}

/** Refunds a charge in full or in part. Throws a 400 when too much is asked or a dispute forbids it. */
export function createRefund(
  emulator: Emulator,
  cause: Cause,
  charge: Stripe.Charge,
  order: RefundOrder,
): Stripe.Refund {
  const left = charge.amount - charge.amount_refunded;
  const amount = order.amount ?? left;
  requireRefundable(emulator, charge, amount, left);
  const behaviour = refundBehaviourOf(charge);
  const isPending = behaviour === 'pending_then_succeeded';
  const built = buildRefund(emulator, charge, amount, order);
  const transaction = refundTransaction(emulator, built, -amount);
  const refund = emulator.state.refunds.put<Stripe.Refund>({
    ...built,
    balance_transaction: transaction.id,
    status: order.status ?? (isPending ? 'pending' : 'succeeded'),
  });
  const after = changeRefunded(emulator, charge, charge.amount_refunded + amount);
  emitEvent(emulator, cause, 'refund.created', refund);
  emitEvent(emulator, cause, 'charge.refunded', after, charge);
  if (after.refunded) {
    closeWarnings(emulator, cause, charge.id);
    closeReview(
      emulator,
      cause,
      charge.id,
      order.reason === 'fraudulent' ? 'refunded_as_fraud' : 'refunded',
    );
  }
  if (behaviour && order.status === undefined)
    scheduleRefund(emulator, refund.id, emulator.clock.nowMs() + LATER_MS);
  return refund;
}

/** Arranges the second thoughts of a refund that is not final; used again after a restart. */
function scheduleRefund(emulator: Emulator, refundId: string, atMs: number): void {
  emulator.clock.at(atMs, () => {
    const refund = emulator.state.refunds.get(refundId);
    if (refund?.status === 'pending') succeedRefund(emulator, BY_ITSELF, refund);
    else if (refund?.status === 'succeeded') failRefund(emulator, BY_ITSELF, refund);
  });
}

/** Takes up the refunds whose test cards change them later, after a restart. */
export function resumeRefunds(emulator: Emulator): void {
  for (const refund of emulator.state.refunds.values()) {
    const charge = emulator.state.charges.get(idOf(refund.charge));
    const behaviour = charge && refundBehaviourOf(charge);
    const isDue =
      (behaviour === 'pending_then_succeeded' && refund.status === 'pending') ||
      (behaviour === 'succeeded_then_failed' && refund.status === 'succeeded');
    if (isDue) scheduleRefund(emulator, refund.id, refund.created * 1000 + LATER_MS);
  }
}

/** Banks take their time to take money back, and one test card mimics that. */
function refundBehaviourOf(charge: Stripe.Charge): RefundBehaviour | undefined {
  if (charge.payment_method_details?.type !== 'card') return 'pending_then_succeeded';
  return findTestCardByLast4(charge.payment_method_details.card?.last4 ?? null)?.refunds;
}

function requireRefundable(
  emulator: Emulator,
  charge: Stripe.Charge,
  amount: number,
  left: number,
): void {
  if (charge.status !== 'succeeded')
    throw invalidRequest(`Charge ${charge.id} was not paid; it cannot be refunded.`);
  for (const dispute of emulator.state.disputes.values())
    if (dispute.charge === charge.id && !dispute.is_charge_refundable)
      throw invalidRequest(
        `Charge ${charge.id} has been charged back; cannot issue a refund.`,
        undefined,
        'charge_disputed',
      );
  if (left === 0)
    throw invalidRequest(
      `Charge ${charge.id} has already been refunded.`,
      undefined,
      'charge_already_refunded',
    );
  if (amount > left)
    throw invalidRequest(
      `Refund amount (${formatMoney(amount, charge.currency)}) is greater than unrefunded amount on charge (${formatMoney(left, charge.currency)})`,
      'amount',
    );
}

function buildRefund(
  emulator: Emulator,
  charge: Stripe.Charge,
  amount: number,
  order: RefundOrder,
): Stripe.Refund {
  return {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: emulator.clock.nowSeconds(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: charge.payment_method_details?.type === 'card' ? TO_CARD : TO_BANK,
    metadata: order.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: order.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: null,
    transfer_reversal: null,
  };
}

const TO_CARD: Stripe.Refund.DestinationDetails = {
  card: {
    reference_status: 'pending',
    reference_type: 'acquirer_reference_number',
    type: 'refund',
  },
  type: 'card',
};

const TO_BANK: Stripe.Refund.DestinationDetails = {
  type: 'us_bank_transfer',
  us_bank_transfer: { reference: null, reference_status: null },
};
