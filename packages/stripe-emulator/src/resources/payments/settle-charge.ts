import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { chargeTransaction } from '../balance/balance-transaction.ts';
import { openDispute } from '../disputes/open-dispute.ts';
import { findTestCardByLast4 } from '../payment-methods/test-cards.ts';

/** Books a paid charge, then lets a disputing test card dispute it. */
export function settleCharge(emulator: Emulator, cause: Cause, charge: Stripe.Charge): void {
  const transaction = chargeTransaction(emulator, charge);
  const settled = emulator.state.charges.put({ ...charge, balance_transaction: transaction.id });
  emitEvent(emulator, cause, 'charge.updated', settled, charge);
  const card = findTestCardByLast4(charge.payment_method_details?.card?.last4 ?? null);
  const disputed = card?.behaviour.kind === 'pays' ? card.behaviour.disputed : undefined;
  if (disputed) openDispute(emulator, cause, settled, disputed);
}
