import type { ProblemCode } from '@bursar/contracts';
import { Stripe } from 'stripe';

/** A refund as we wrote it down. Money in minor units, taxes included. */
export interface RefundOrder {
  /** Our id, `rfd_…`: the root of its idempotency key. */
  refundId: string;
  purchaseId: string;
  paymentIntent: string;
  amount: number;
}

export type RefundAnswer =
  | { ok: true; id: string; status: 'pending' | 'succeeded' | 'failed' }
  | {
      ok: false;
      code: Extract<
        ProblemCode,
        'already_refunded' | 'purchase_disputed' | 'refund_exceeds_payment'
      >;
    };

/**
 * Gives money of a payment back. Asked again with the same id it answers with the same refund. What
 * Stripe refuses for good is a value; whatever else goes wrong may still have refunded, so it throws
 * and is to be asked again.
 */
export async function refundPayment(stripe: Stripe, order: RefundOrder): Promise<RefundAnswer> {
  try {
    const refund = await stripe.refunds.create(
      {
        payment_intent: order.paymentIntent,
        amount: order.amount,
        metadata: { kind: 'refund', refund: order.refundId, purchase: order.purchaseId },
      },
      { idempotencyKey: `refund:${order.refundId}` },
    );
    return { ok: true, id: refund.id, status: statusOf(refund.status) };
  } catch (error) {
    const code = refusalIn(error);
    if (code === null) throw error;
    return { ok: false, code };
  }
}

/** One that waits for the customer's bank details is still on its way. */
function statusOf(status: string | null): 'pending' | 'succeeded' | 'failed' {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
}

function refusalIn(error: unknown): Extract<RefundAnswer, { ok: false }>['code'] | null {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return null;
  if (error.code === 'charge_already_refunded') return 'already_refunded';
  if (error.code === 'charge_disputed') return 'purchase_disputed';
  return error.param === 'amount' ? 'refund_exceeds_payment' : null;
}
