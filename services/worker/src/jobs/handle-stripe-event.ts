import type { JobPayload } from '@bursar/contracts';
import { findStripeEvent, settleStripeEvent } from '@bursar/ledger/operations';
import { decideEvent } from '@bursar/payments';
import { followCard } from '../cards/follow-card.ts';
import { settleCash } from '../cash/settle-cash.ts';
import { followDecline } from '../purchases/follow-decline.ts';
import { followFraudWarning, followReview } from '../purchases/follow-warnings.ts';
import { settleReversal } from '../purchases/settle-reversal.ts';
import { settleSession } from '../purchases/settle-session.ts';
import { settleCardPayment } from '../top-ups/settle-card-payment.ts';
import {
  settleInvoice,
  settleInvoiceOfNote,
  settleInvoiceOfPayment,
} from '../subscriptions/settle-invoice.ts';
import { settleSubscription } from '../subscriptions/settle-subscription.ts';
import type { WorkerContext } from '../worker-context.ts';

/**
 * Handles one stored event. The event is a pointer only: what it points at is fetched again, so
 * late, repeated and reordered deliveries all lead to the same ledger. The event is marked after
 * its effects have committed, never before.
 */
export async function handleStripeEvent(
  context: WorkerContext,
  job: JobPayload<'handle-stripe-event'>,
): Promise<void> {
  const event = await findStripeEvent(context.db, job.event);
  if (event === null || event.status !== 'received') return;
  await settleStripeEvent(context.db, event.id, await handle(context, event));
}

async function handle(
  context: WorkerContext,
  event: { type: string; objectId: string },
): Promise<'processed' | 'ignored'> {
  switch (decideEvent(event.type)) {
    case 'checkout':
      return (await settleSession(context, event.objectId)) === 'not_ours'
        ? 'ignored'
        : 'processed';
    case 'reversal': {
      const paymentIntent = await context.payments.paymentIntentOf(event.type, event.objectId);
      if (paymentIntent === null) return 'ignored';
      const settled = await settleReversal(context, paymentIntent);
      if (settled === 'not_ours' && (await settleInvoiceOfPayment(context, paymentIntent)) === null)
        return 'ignored';
      await settleCash(context, paymentIntent);
      return 'processed';
    }
    case 'cash': {
      const paymentIntent = await context.payments.paymentIntentOf(event.type, event.objectId);
      if (paymentIntent === null) return 'ignored';
      return isBooked(context, paymentIntent);
    }
    case 'card_payment': {
      const payment = await context.payments.readCardPayment(event.objectId);
      // What a checkout page took is settled by its session.
      if (payment === null || payment.attempt === null) return 'ignored';
      const settled = await settleCardPayment(context, payment);
      return settled === 'not_ours' ? 'ignored' : 'processed';
    }
    case 'card':
      return (await followCard(context, event.objectId)) === 'not_ours' ? 'ignored' : 'processed';
    case 'decline':
      return followDecline(context, event.objectId);
    case 'warning':
      return followFraudWarning(context, event.objectId);
    case 'review':
      return followReview(context, event.objectId);
    case 'invoice':
      return isOurs(await settleInvoice(context, event.objectId));
    case 'credit_note':
      return isOurs(await settleInvoiceOfNote(context, event.objectId));
    case 'subscription':
      return isOurs(await settleSubscription(context, event.objectId));
    case 'ignore':
      return 'ignored';
  }
}

/** What is `null` belongs to somebody else who uses the same account. */
const isOurs = (settled: string | null): 'processed' | 'ignored' =>
  settled === null ? 'ignored' : 'processed';

/** The payment of a bill may be settled before the bill is known here; then the bill comes first. */
async function isBooked(
  context: WorkerContext,
  paymentIntent: string,
): Promise<'processed' | 'ignored'> {
  if ((await settleCash(context, paymentIntent)) === 'booked') return 'processed';
  if ((await settleInvoiceOfPayment(context, paymentIntent)) === null) return 'ignored';
  return (await settleCash(context, paymentIntent)) === 'booked' ? 'processed' : 'ignored';
}
