import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import { disputeTransaction } from '../balance/balance-transaction.ts';

export const DISPUTE_OUTCOMES = ['won', 'lost'] as const;
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number];

/** The bank decides. A won chargeback gives the amount back, an inquiry just closes. */
export function closeDispute(
  emulator: Emulator,
  cause: Cause,
  before: Stripe.Dispute,
  outcome: DisputeOutcome,
): Stripe.Dispute {
  const isInquiry = before.balance_transactions.length === 0;
  const returnsMoney = outcome === 'won' && !isInquiry;
  const dispute = { id: before.id, currency: before.currency, charge: idOf(before.charge) };
  const returned = returnsMoney ? [disputeTransaction(emulator, dispute, before.amount)] : [];
  const after = emulator.state.disputes.put<Stripe.Dispute>({
    ...before,
    balance_transactions: [...before.balance_transactions, ...returned],
    is_charge_refundable: outcome === 'won' || isInquiry,
    status: isInquiry ? 'warning_closed' : outcome,
  });
  emitEvent(emulator, cause, 'charge.dispute.closed', after, before);
  if (returnsMoney) emitEvent(emulator, cause, 'charge.dispute.funds_reinstated', after, before);
  return after;
}

/** The dispute of a charge that still waits for its outcome, if there is one. */
export function openDisputeOf(emulator: Emulator, chargeId: string): Stripe.Dispute | undefined {
  for (const dispute of emulator.state.disputes.newestFirst())
    if (dispute.charge === chargeId && isOpen(dispute)) return dispute;
  return undefined;
}

export function isOpen(dispute: Stripe.Dispute): boolean {
  return [
    'needs_response',
    'under_review',
    'warning_needs_response',
    'warning_under_review',
  ].includes(dispute.status);
}
