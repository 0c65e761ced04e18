import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import { refundTransaction } from '../balance/balance-transaction.ts';

/** A refund that was on its way has arrived. */
export function succeedRefund(
  emulator: Emulator,
  cause: Cause,
  before: Stripe.Refund,
): Stripe.Refund {
  const after = emulator.state.refunds.put<Stripe.Refund>({ ...before, status: 'succeeded' });
  emitRefundChange(emulator, cause, 'refund.updated', before, after);
  return after;
}

/** The bank sends the money back: Stripe gets it, and the charge counts as less refunded. */
export function failRefund(emulator: Emulator, cause: Cause, before: Stripe.Refund): Stripe.Refund {
  const after = emulator.state.refunds.put<Stripe.Refund>({
    ...returned(emulator, before),
    failure_reason: 'expired_or_canceled_card',
    status: 'failed',
  });
  emitRefundChange(emulator, cause, 'refund.failed', before, after);
  return after;
}

/** Takes back a refund that still waits for the customer to say where the money should go. */
export function cancelRefund(
  emulator: Emulator,
  cause: Cause,
  before: Stripe.Refund,
): Stripe.Refund {
  const after = emulator.state.refunds.put<Stripe.Refund>({
    ...returned(emulator, before),
    failure_reason: 'merchant_request',
    status: 'canceled',
  });
  emitRefundChange(emulator, cause, 'refund.updated', before, after);
  return after;
}

export function emitRefundChange(
  emulator: Emulator,
  cause: Cause,
  type: string,
  before: Stripe.Refund,
  after: Stripe.Refund,
): void {
  emitEvent(emulator, cause, type, after, before);
  emitEvent(emulator, cause, 'charge.refund.updated', after, before);
}

/** What has been refunded of a charge, in minor units. */
export function changeRefunded(
  emulator: Emulator,
  charge: Stripe.Charge,
  amountRefunded: number,
): Stripe.Charge {
  const refunded = amountRefunded === charge.amount;
  return emulator.state.charges.put({ ...charge, amount_refunded: amountRefunded, refunded });
}

function returned(emulator: Emulator, before: Stripe.Refund): Stripe.Refund {
  const transaction = refundTransaction(emulator, before, before.amount);
  const charge = emulator.state.charges.get(idOf(before.charge));
  if (charge) changeRefunded(emulator, charge, charge.amount_refunded - before.amount);
  return { ...before, failure_balance_transaction: transaction.id };
}
