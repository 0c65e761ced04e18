import { fromPublicId } from '@bursar/contracts';
import { closeSubscriptionCheckout, findSubscription } from '@bursar/ledger/operations';
import type { CheckoutFacts } from '@bursar/payments';
import { noteCode } from '../purchases/note-code.ts';
import { OrderNotReady } from '../purchases/order-not-ready.ts';
import type { Settled } from '../purchases/settled.ts';
import type { WorkerContext } from '../worker-context.ts';
import { settleInvoice } from './settle-invoice.ts';
import { settleSubscription } from './settle-subscription.ts';

/**
 * What became of a page where somebody may have subscribed. Its first bill is settled with it, so
 * that the credits are there when the customer comes back, whatever arrives first.
 */
export async function settleSubscriptionSession(
  context: WorkerContext,
  facts: CheckoutFacts,
): Promise<Settled> {
  const { session } = facts;
  if (facts.status === 'expired') {
    return (await closeSubscriptionCheckout(context.db, session)) ? 'closed' : 'not_ours';
  }
  if (facts.status !== 'complete') return 'waiting';
  const ours = facts.purchaseId === null ? null : fromPublicId('sbs', facts.purchaseId);
  const order = ours === null ? null : await findSubscription(context.db, { id: ours });
  if (order === null) return 'not_ours';
  if (order.checkoutSession === null) {
    throw new OrderNotReady(`The subscription does not name the session ${session} yet.`);
  }
  await noteCode(context, facts);
  const subscription = await context.payments.subscriptions.ofSession(session);
  if (subscription === null) return 'waiting';
  if ((await settleSubscription(context, subscription)) === null) return 'not_ours';
  const state = await context.payments.subscriptions.read(subscription);
  const invoice = state?.latestInvoice ?? null;
  if (invoice !== null) await settleInvoice(context, invoice);
  return 'granted';
}
