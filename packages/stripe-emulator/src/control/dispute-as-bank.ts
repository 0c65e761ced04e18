import type Stripe from 'stripe';
import type { Cause, Emulator } from '../emulator.ts';
import { invalidRequest } from '../protocol/stripe-error.ts';
import {
  closeDispute,
  isOpen,
  openDisputeOf,
  type DisputeOutcome,
} from '../resources/disputes/close-dispute.ts';
import { createRefund } from '../resources/refunds/create-refund.ts';
import { openDispute } from '../resources/disputes/open-dispute.ts';
import type { DisputeKind } from '../resources/payment-methods/test-card.ts';

interface BankMove {
  /** Decides the dispute, which is opened first if there is none. */
  outcome?: DisputeOutcome | undefined;
  kind?: DisputeKind | undefined;
  /** Minor units; a part of the charge. */
  amount?: number | undefined;
  /** Whether a refund of the same money comes with it, as a network's rule may cause. */
  paired_refund?: boolean | undefined;
}

/** Opens a dispute, decides it, or both at once. Throws a 400 when there is nothing to do. */
export function disputeAsBank(
  emulator: Emulator,
  cause: Cause,
  charge: Stripe.Charge,
  move: BankMove,
): Stripe.Dispute {
  const existing = openDisputeOf(emulator, charge.id);
  if (existing && !move.outcome)
    throw invalidRequest(
      `Dispute ${existing.id} of this charge is open. Send outcome won or lost to decide it.`,
      'outcome',
    );
  const dispute = existing ?? open(emulator, cause, charge, move);
  return move.outcome && isOpen(dispute)
    ? closeDispute(emulator, cause, dispute, move.outcome)
    : dispute;
}

function open(
  emulator: Emulator,
  cause: Cause,
  charge: Stripe.Charge,
  { kind = 'fraudulent', amount, paired_refund: isPaired = kind === 'prevented' }: BankMove,
): Stripe.Dispute {
  if (charge.payment_method_details?.type !== 'card')
    throw invalidRequest('This emulator lets only card payments be disputed.');
  if (charge.status !== 'succeeded' || charge.refunded || charge.disputed)
    throw invalidRequest(
      'Only a paid charge that is neither refunded in full nor disputed before can be disputed.',
    );
  const left = charge.amount - charge.amount_refunded;
  const claimed = amount ?? left;
  if (claimed > left)
    throw invalidRequest(`At most ${left} of this charge is left to be disputed.`, 'amount');
  // The refund comes first, since a disputed charge takes none.
  if (isPaired) createRefund(emulator, cause, charge, { amount: claimed });
  const current = emulator.state.charges.get(charge.id) ?? charge;
  return openDispute(emulator, cause, current, { kind, amount: claimed });
}
