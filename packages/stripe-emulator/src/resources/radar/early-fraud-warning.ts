import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';

/** The card's issuer warns that a payment may be fraud; a refund now may still avert a dispute. */
export function warnOfFraud(
  emulator: Emulator,
  cause: Cause,
  charge: Stripe.Charge,
): Stripe.Radar.EarlyFraudWarning {
  const warning = emulator.state.fraudWarnings.put<Stripe.Radar.EarlyFraudWarning>({
    id: newId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: emulator.clock.nowSeconds(),
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    payment_intent: idOf(charge.payment_intent),
  });
  emitEvent(emulator, cause, 'radar.early_fraud_warning.created', warning);
  return warning;
}

/** Once the money is back, or the bank has taken it, a warning has nothing left to act on. */
export function closeWarnings(emulator: Emulator, cause: Cause, chargeId: string): void {
  for (const before of emulator.state.fraudWarnings.values()) {
    if (before.charge !== chargeId || !before.actionable) continue;
    const after = emulator.state.fraudWarnings.put({ ...before, actionable: false });
    emitEvent(emulator, cause, 'radar.early_fraud_warning.updated', after, before);
  }
}
