import type Stripe from 'stripe';
import type { Cause, Emulator } from '../emulator.ts';
import { invalidRequest } from '../protocol/stripe-error.ts';
import {
  closeDispute,
  openDisputeOf,
  type DisputeOutcome,
} from '../resources/disputes/close-dispute.ts';
import { openDispute } from '../resources/disputes/open-dispute.ts';
import type { DisputeKind } from '../resources/payment-methods/test-card.ts';

interface BankMove {
  /** Decides the dispute, which is opened first if there is none. */
  outcome?: DisputeOutcome | undefined;
  kind?: DisputeKind | undefined;
}

/** Opens a dispute, decides it, or both at once. Throws a 400 when there is nothing to do. */
export function disputeAsBank(
  emulator: Emulator,
  cause: Cause,
  charge: Stripe.Charge,
  { outcome, kind = 'fraudulent' }: BankMove,
): Stripe.Dispute {
  const existing = openDisputeOf(emulator, charge.id);
  if (existing && !outcome)
    throw invalidRequest(
      `Dispute ${existing.id} of this charge is open. Send outcome won or lost to decide it.`,
      'outcome',
    );
  if (charge.payment_method_details?.type !== 'card')
    throw invalidRequest('This emulator lets only card payments be disputed.');
  if (!existing && (charge.status !== 'succeeded' || charge.refunded || charge.disputed))
    throw invalidRequest(
      'Only a paid charge that is neither refunded in full nor disputed before can be disputed.',
    );
  const dispute = existing ?? openDispute(emulator, cause, charge, kind);
  return outcome ? closeDispute(emulator, cause, dispute, outcome) : dispute;
}
