import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';

/** Puts a paid charge on the shop's list of payments to look at; its money has moved already. */
export function openReview(emulator: Emulator, cause: Cause, charge: Stripe.Charge): void {
  const { state } = emulator;
  const review = state.reviews.put<Stripe.Review>({
    id: newId('prv'),
    object: 'review',
    billing_zip: null,
    charge: charge.id,
    closed_reason: null,
    created: emulator.clock.nowSeconds(),
    ip_address: null,
    ip_address_location: null,
    livemode: false,
    open: true,
    opened_reason: 'rule',
    payment_intent: idOf(charge.payment_intent),
    reason: 'rule',
    session: null,
  });
  point(emulator, charge.id, review.id);
  emitEvent(emulator, cause, 'review.opened', review);
}

/** Ends the open review of a charge, if there is one. */
export function closeReview(
  emulator: Emulator,
  cause: Cause,
  chargeId: string,
  reason: Stripe.Review.ClosedReason,
): void {
  for (const review of emulator.state.reviews.values()) {
    if (review.charge !== chargeId || !review.open) continue;
    const closed = emulator.state.reviews.put<Stripe.Review>({
      ...review,
      closed_reason: reason,
      open: false,
      reason,
    });
    point(emulator, chargeId, null);
    emitEvent(emulator, cause, 'review.closed', closed);
  }
}

/** A charge and its intent name the review that is open, and no other. */
function point({ state }: Emulator, chargeId: string, review: string | null): void {
  const charge = state.charges.get(chargeId);
  if (!charge) return;
  state.charges.put<Stripe.Charge>({ ...charge, review });
  const intent = state.paymentIntents.get(idOf(charge.payment_intent));
  if (intent) state.paymentIntents.put<Stripe.PaymentIntent>({ ...intent, review });
}
