import {
  findErrand,
  finishErrand,
  forgetPaymentMethod,
  noteErrand,
  type Errand,
  type ErrandKind,
} from '@bursar/ledger/operations';
import { settleSession } from '../purchases/settle-session.ts';
import { settleInvoice } from '../subscriptions/settle-invoice.ts';
import { settleSubscription } from '../subscriptions/settle-subscription.ts';
import type { WorkerContext } from '../worker-context.ts';

/**
 * Does at Stripe what the ledger left to be done, and lets the ledger follow. Harmless for an errand
 * that is done, or that there never was. Outages are kept with the errand and thrown; the schedule
 * asks again until it is done.
 */
export async function runErrand(
  context: WorkerContext,
  which: { id: string } | { kind: ErrandKind; subject: string },
): Promise<void> {
  const errand = await findErrand(context.db, which);
  if (errand === null) return;
  const refusal = await run(context, errand).catch(async (error: unknown) => {
    await noteErrand(context.db, errand.id, { error: String(error), final: false });
    throw error;
  });
  if (refusal === null) {
    await finishErrand(context.db, errand.id);
    return;
  }
  context.log.error({ ...errand, refusal }, 'Stripe refuses what was to be done there');
  await noteErrand(context.db, errand.id, { error: refusal, final: true });
}

/** Null when it is done, else why Stripe will never do it. */
async function run(context: WorkerContext, errand: Errand): Promise<string | null> {
  const { id, subject } = errand;
  switch (errand.kind) {
    case 'close_page':
      await context.payments.expireCheckout(subject, id);
      // It may have been paid a moment before; then the wallet is subscribed.
      await settleSession(context, subject);
      return null;
    case 'end_subscription':
      await context.payments.subscriptions.end(subject, id);
      await settleSubscription(context, subject);
      return null;
    case 'refund_bill':
      return payBack(context, errand);
    case 'detach_card':
      await context.payments.detachCard(subject);
      await forgetPaymentMethod(context.db, subject);
      return null;
    case 'forget_customer':
      await context.payments.forgetCustomer(subject);
      return null;
  }
}

async function payBack(context: WorkerContext, { id, subject }: Errand): Promise<string | null> {
  const { subscriptions } = context.payments;
  const bill = await subscriptions.readInvoice(subject);
  if (bill === null) return `Stripe does not know the bill ${subject} any more.`;
  const refund = await subscriptions.refundBill(bill.paymentIntents, id);
  await settleInvoice(context, subject);
  return refund.ok ? null : refund.detail;
}
