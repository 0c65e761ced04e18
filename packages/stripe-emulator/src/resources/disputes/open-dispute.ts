import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { newId } from '../../state/ids.ts';
import { disputeTransaction } from '../balance/balance-transaction.ts';
import type { DisputeKind } from '../payment-methods/test-card.ts';
import { blankEvidence } from './blank-evidence.ts';

const RESPONSE_DAYS = 9;

/**
 * The cardholder's bank disputes what is left of a charge. A chargeback withdraws the money and a
 * fee at once; an inquiry moves nothing.
 */
export function openDispute(
  emulator: Emulator,
  cause: Cause,
  charge: Stripe.Charge,
  kind: DisputeKind,
): Stripe.Dispute {
  const { state } = emulator;
  const isInquiry = kind === 'inquiry';
  const dispute = state.disputes.put(buildDispute(emulator, charge, kind));
  const disputed = state.charges.put({ ...charge, disputed: true });
  emitEvent(emulator, cause, 'charge.updated', disputed, charge);
  emitEvent(emulator, cause, 'charge.dispute.created', dispute);
  if (isInquiry) return dispute;
  emitEvent(emulator, cause, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

function buildDispute(
  emulator: Emulator,
  charge: Stripe.Charge,
  kind: DisputeKind,
): Stripe.Dispute {
  const id = newId('du');
  const now = emulator.clock.nowSeconds();
  const isInquiry = kind === 'inquiry';
  const amount = charge.amount - charge.amount_refunded;
  const withdrawal = isInquiry
    ? []
    : [disputeTransaction(emulator, { id, currency: charge.currency, charge: charge.id }, -amount)];
  return {
    id,
    object: 'dispute',
    amount,
    balance_transactions: withdrawal,
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
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: { type: 'card', card: networkCase(charge, kind) },
    reason: kind === 'product_not_received' ? 'product_not_received' : 'fraudulent',
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  };
}

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
    case_type: kind === 'inquiry' ? 'inquiry' : 'chargeback',
    network: card?.network ?? 'visa',
    network_reason_code: kind === 'product_not_received' ? '13.1' : '10.4',
  };
}
