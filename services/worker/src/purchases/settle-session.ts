import { fromPublicId, toPublicId } from '@bursar/contracts';
import {
  awaitPurchaseFunds,
  closePurchase,
  findPurchase,
  fulfilPurchase,
  reviewPurchase,
} from '@bursar/ledger/operations';
import { decideCheckout } from '@bursar/payments';
import { noteCode } from './note-code.ts';
import { followSetup } from '../cards/follow-card.ts';
import { settleSubscriptionSession } from '../subscriptions/settle-subscription-session.ts';
import type { WorkerContext } from '../worker-context.ts';
import type { Settled } from './settled.ts';
import { OrderNotReady } from './order-not-ready.ts';
import { settleReversal } from './settle-reversal.ts';

/**
 * Asks Stripe what became of a session and lets the ledger follow. The one function behind the
 * webhook, the return page and the reconciliation: whoever calls it, and however often, an order is
 * granted once.
 */
export async function settleSession(context: WorkerContext, session: string): Promise<Settled> {
  const facts = await context.payments.readCheckout(session);
  if (facts === null) return 'not_ours';
  if (facts.mode === 'setup') {
    return (await followSetup(context, session)) === 'followed' ? 'card_saved' : 'not_ours';
  }
  if (facts.mode === 'subscription') return settleSubscriptionSession(context, facts);
  const purchase = await findPurchase(context.db, { session });
  if (purchase === null) return awaitOrder(context, facts.purchaseId, session);
  const decision = decideCheckout(facts, {
    id: toPublicId('pur', purchase.id),
    subtotal: Number(purchase.subtotal),
    currency: purchase.currency,
    customer: purchase.customer,
    livemode: context.policy.livemode,
  });
  await noteCode(context, facts);
  // Waits for an operator, or was dismissed by one.
  if (purchase.heldBack) return 'review';
  switch (decision.action) {
    case 'grant':
      if ((await fulfilPurchase(context.db, decision.payment))?.status === 'needs_review') {
        context.log.error({ session }, 'A payment is for a wallet that was closed');
        return 'review';
      }
      // A refund whose event came first found no order by this payment, so it counts now.
      if (facts.paymentIntent !== null) await settleReversal(context, facts.paymentIntent);
      return 'granted';
    case 'close':
      await closePurchase(context.db, session, decision.status);
      return 'closed';
    case 'review':
      context.log.error({ session, reason: decision.reason }, 'A payment does not match its order');
      await reviewPurchase(context.db, session, decision.reason);
      return 'review';
    case 'await_funds':
      await awaitPurchaseFunds(context.db, session);
      return 'waiting';
    case 'wait':
      return 'waiting';
  }
}

/** Stripe's webhook can be faster than the commit that names the session in the order. */
async function awaitOrder(
  context: WorkerContext,
  purchaseId: string | null,
  session: string,
): Promise<Settled> {
  const id = purchaseId === null ? null : fromPublicId('pur', purchaseId);
  const order = id === null ? null : await findPurchase(context.db, { id });
  // Another installation on the same account, or an order that was refused meanwhile.
  if (order === null || order.status !== 'awaiting_payment') return 'not_ours';
  throw new OrderNotReady(`The order ${purchaseId} does not name the session ${session} yet.`);
}
