import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { newId } from '../../state/ids.ts';
import { disputeTransaction } from '../balance/balance-transaction.ts';
import type { DisputeKind } from '../payment-methods/test-card.ts';
import { closeWarnings } from '../radar/early-fraud-warning.ts';
import { closeReview } from '../radar/review.ts';
import { blankEvidence } from './blank-evidence.ts';
import { isOpen } from './close-dispute.ts';

const RESPONSE_DAYS = 9;

export interface Claim {
  kind: DisputeKind;
  /** Minor units; all that is left of the charge when absent. */
  amount?: number | undefined;
}

/**
 * The cardholder's bank disputes a charge, in full or in part. A chargeback withdraws the money and
 * a fee at once; an inquiry moves nothing; a dispute that was prevented, or resolved by a rule of
 * the network, is over when it is heard of.
 */
export function openDispute(
  emulator: Emulator,
  cause: Cause,
  charge: Stripe.Charge,
  claim: Claim,
): Stripe.Dispute {
  const { state } = emulator;
  const dispute = state.disputes.put(buildDispute(emulator, charge, claim));
  const disputed = state.charges.put({ ...charge, disputed: true });
  emitEvent(emulator, cause, 'charge.updated', disputed, charge);
  emitEvent(emulator, cause, 'charge.dispute.created', dispute);
  if (dispute.balance_transactions.length > 0)
    emitEvent(emulator, cause, 'charge.dispute.funds_withdrawn', dispute);
  if (!isOpen(dispute)) emitEvent(emulator, cause, 'charge.dispute.closed', dispute);
  closeWarnings(emulator, cause, charge.id);
  closeReview(emulator, cause, charge.id, 'disputed');
  return dispute;
}

function buildDispute(
  emulator: Emulator,
  charge: Stripe.Charge,
  { kind, amount = charge.amount - charge.amount_refunded }: Claim,
): Stripe.Dispute {
  const id = newId('du');
  const now = emulator.clock.nowSeconds();
  const about = { id, currency: charge.currency, charge: charge.id };
  const withdraw = () =>
    disputeTransaction(emulator, about, -amount, kind === 'rdr' ? 0 : undefined);
  return {
    id,
    object: 'dispute',
    amount,
    balance_transactions: kind === 'inquiry' || kind === 'prevented' ? [] : [withdraw()],
    charge: charge.id,
    created: now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: {
      ...blankEvidence(),
      customer_email_address: charge.billing_details.email,
      customer_name: charge.billing_details.name,
    },
    evidence_details: nothingSubmitted(now),
    intended_submission_method: 'manual',
    is_charge_refundable: kind === 'inquiry',
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: { type: 'card', card: networkCase(charge, kind) },
    reason: kind === 'product_not_received' ? 'product_not_received' : 'fraudulent',
    status: FIRST_STATUS[kind],
  };
}

const FIRST_STATUS: Record<DisputeKind, Stripe.Dispute.Status> = {
  fraudulent: 'needs_response',
  inquiry: 'warning_needs_response',
  prevented: 'prevented',
  product_not_received: 'needs_response',
  rdr: 'lost',
};
const CASE_TYPE: Record<DisputeKind, 'block' | 'chargeback' | 'inquiry' | 'resolution'> = {
  fraudulent: 'chargeback',
  inquiry: 'inquiry',
  prevented: 'block',
  product_not_received: 'chargeback',
  rdr: 'resolution',
};

function nothingSubmitted(now: number): Stripe.Dispute.EvidenceDetails {
  return {
    due_by: now + RESPONSE_DAYS * 24 * 60 * 60,
    enhanced_eligibility: {},
    has_evidence: false,
    past_due: false,
    submission_count: 0,
    submission_method: 'not_submitted',
  };
}

/** The case as the card network names it. */
function networkCase(
  charge: Stripe.Charge,
  kind: DisputeKind,
): Stripe.Dispute.PaymentMethodDetails.Card {
  const card = charge.payment_method_details?.card;
  return {
    brand: card?.brand ?? 'visa',
    case_type: CASE_TYPE[kind],
    network: card?.network ?? 'visa',
    network_reason_code: kind === 'product_not_received' ? '13.1' : '10.4',
  };
}
