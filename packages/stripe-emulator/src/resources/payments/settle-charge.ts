import type Stripe from 'stripe';
import { BY_ITSELF, type Cause, type Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { chargeTransaction } from '../balance/balance-transaction.ts';
import { openDispute } from '../disputes/open-dispute.ts';
import { findTestCardByLast4 } from '../payment-methods/test-cards.ts';
import { warnOfFraud } from '../radar/early-fraud-warning.ts';
import { openReview } from '../radar/review.ts';
import { settingsOf } from '../settings/settings.ts';

/** Books a paid charge, at once or as much later as the settings say. */
export function settleCharge(emulator: Emulator, cause: Cause, charge: Stripe.Charge): void {
  const { settlementSeconds } = settingsOf(emulator);
  if (settlementSeconds === 0) book(emulator, cause, charge.id);
  else scheduleSettlement(emulator, charge.id, emulator.clock.nowMs() + settlementSeconds * 1000);
}

/** Takes up the bookings that an earlier run still owed. */
export function resumeSettlements(emulator: Emulator): void {
  const waitMs = settingsOf(emulator).settlementSeconds * 1000;
  for (const {
    id,
    created,
    balance_transaction: booked,
    status,
  } of emulator.state.charges.values())
    if (status === 'succeeded' && booked === null)
      scheduleSettlement(emulator, id, created * 1000 + waitMs);
}

function scheduleSettlement(emulator: Emulator, chargeId: string, atMs: number): void {
  emulator.clock.at(atMs, () => book(emulator, BY_ITSELF, chargeId));
}

/** Books the money, then lets the bank of a disputing test card come back at the payment. */
function book(emulator: Emulator, cause: Cause, chargeId: string): void {
  const charge = emulator.state.charges.get(chargeId);
  if (charge?.balance_transaction !== null) return;
  const transaction = chargeTransaction(emulator, charge);
  const settled = emulator.state.charges.put({ ...charge, balance_transaction: transaction.id });
  emitEvent(emulator, cause, 'charge.updated', settled, charge);
  const card = findTestCardByLast4(charge.payment_method_details?.card?.last4 ?? null);
  if (card?.behaviour.kind !== 'pays') return;
  const { disputed, radar } = card.behaviour;
  if (disputed) openDispute(emulator, cause, settled, { kind: disputed });
  if (radar === 'review') openReview(emulator, cause, settled);
  if (radar === 'early_fraud_warning') warnOfFraud(emulator, cause, settled);
}
