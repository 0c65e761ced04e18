import { databaseClock, mirrorSubscription } from '@bursar/ledger/operations';
import type { SubscriptionState } from '@bursar/payments';
import { askForErrand } from '../errands/ask-for-errand.ts';
import type { WorkerContext } from '../worker-context.ts';
import { ourId, termsOf } from './terms-of.ts';

/**
 * Asks Stripe how a subscription stands and writes that down. Returns our id (a UUID), or null for
 * one that names no wallet and plan of ours.
 */
export async function settleSubscription(
  context: WorkerContext,
  subscription: string,
): Promise<string | null> {
  const readAt = await databaseClock(context.db);
  const state = await context.payments.subscriptions.read(subscription);
  return state === null ? null : follow(context, state, readAt);
}

async function follow(
  context: WorkerContext,
  state: SubscriptionState,
  readAt: string,
): Promise<string | null> {
  const { sold } = state;
  if (sold === null) return null;
  const price = { id: state.price, lookupKey: state.lookupKey };
  const terms = (await termsOf(context, sold, price)) ?? sold.terms;
  if (terms === null) {
    context.log.error(
      { subscription: state.id, plan: sold.plan },
      'A subscription names no plan that is known here',
    );
    return null;
  }
  const facts = {
    subscription: ourId(sold),
    stripe_subscription: state.id,
    wallet: sold.wallet,
    terms,
    quantity: state.quantity,
    status: state.status,
    item: state.item,
    price: state.price,
    customer: state.customer,
    current_period_start: state.periodStart,
    current_period_end: state.periodEnd,
    trial_end: state.trialEnd,
    cancel_at: state.cancelAt,
    canceled_at: state.canceledAt,
    ended_at: state.endedAt,
    next_terms: state.next?.terms ?? null,
    next_quantity: state.next?.quantity ?? null,
    next_at: state.next?.at ?? null,
  };
  const id = await mirrorSubscription(context.db, facts, readAt);
  await askForErrand(context, 'end_subscription', state.id);
  return id;
}
