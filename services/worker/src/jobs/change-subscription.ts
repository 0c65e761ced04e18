import {
  PlanTerms,
  toPublicId,
  type JobPayload,
  type OperationHead,
  type SubscriptionCommand,
} from '@bursar/contracts';
import {
  attachSubscriptionCheckout,
  beginSubscriptionChange,
  findSubscription,
  finishSubscriptionChange,
  openSubscription,
  refuseSubscription,
} from '@bursar/ledger/operations';
import { CheckoutRefused, type ChangeOutcome, type SubscriptionChange } from '@bursar/payments';
import { runErrand } from '../errands/run-errand.ts';
import { customerOf } from '../purchases/customer-of.ts';
import { settleInvoice } from '../subscriptions/settle-invoice.ts';
import { settleSubscription } from '../subscriptions/settle-subscription.ts';
import type { WorkerContext } from '../worker-context.ts';

/** Orders a subscription, or carries out what somebody wants of one. Every step can be repeated. */
export async function changeSubscription(
  context: WorkerContext,
  { operation, command }: JobPayload<'change-subscription'>,
): Promise<void> {
  if (command.type === 'order') await order(context, operation, command);
  else if (command.type === 'end') await end(context, operation, command.subscription);
  else await change(context, operation, command);
}

type Order = Extract<SubscriptionCommand, { type: 'order' }>;
type Change = Exclude<SubscriptionCommand, Order | { type: 'end' }>;

async function order(
  context: WorkerContext,
  operation: OperationHead,
  wanted: Order,
): Promise<void> {
  const opened = await openSubscription(context.db, operation, wanted);
  if (opened.verdict !== 'pending') return;
  const id = String(opened.result['subscription']);
  // Two pages at once could both be paid, so the one before is closed first.
  for (const page of pagesOf(opened.result)) await closePage(context, page);
  const { publicUrl } = context.policy;
  const customer = await customerOf(context, wanted.wallet);
  try {
    const checkout = await context.payments.subscriptions.openCheckout({
      subscription: toPublicId('sbs', id),
      wallet: wanted.wallet,
      terms: PlanTerms.parse(opened.result['terms']),
      customer,
      quantity: wanted.quantity,
      successUrl:
        wanted.success_url ?? `${publicUrl}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
      cancelUrl:
        wanted.cancel_url ??
        `${publicUrl}/checkout/cancelled?wallet=${encodeURIComponent(wanted.wallet)}`,
    });
    const where = { ...checkout, customer };
    const attached = await attachSubscriptionCheckout(context.db, operation, id, where);
    if (attached.verdict === 'rejected') await closePage(context, checkout.session);
  } catch (error) {
    if (!(error instanceof CheckoutRefused)) throw error;
    const { code, detail } = error;
    await refuseSubscription(context.db, operation, id, { code, detail });
  }
}

const pagesOf = ({ pages }: Record<string, unknown>): string[] =>
  Array.isArray(pages) ? pages.map(String) : [];

const closePage = (context: WorkerContext, subject: string): Promise<void> =>
  runErrand(context, { kind: 'close_page', subject });

async function change(
  context: WorkerContext,
  operation: OperationHead,
  wanted: Change,
): Promise<void> {
  const { subscription } = wanted;
  const plan = wanted.type === 'plan' ? (wanted.plan ?? null) : null;
  const quantity = wanted.type === 'plan' ? (wanted.quantity ?? null) : null;
  const asked = { subscription, plan, quantity };
  const begun = await beginSubscriptionChange(context.db, operation, asked);
  if (begun.verdict !== 'pending') return;
  const stripeId = String(begun.result['stripe_subscription']);
  const outcome = await askStripe(context, stripeId, changeOf(wanted, begun.result), operation.key);
  await settleSubscription(context, stripeId);
  if (outcome.ok && wanted.type === 'plan') await settleLatestInvoice(context, stripeId);
  await finishSubscriptionChange(
    context.db,
    operation,
    subscription,
    outcome.ok ? null : { code: outcome.code, detail: outcome.detail },
  );
}

/** What has ended stays so: a worker may have died between Stripe and the answer. */
async function end(context: WorkerContext, operation: OperationHead, id: string): Promise<void> {
  const known = await findSubscription(context.db, { id });
  const stripeId = known?.stripeSubscription ?? null;
  if (stripeId !== null) {
    await context.payments.subscriptions.end(stripeId, operation.key);
    await settleSubscription(context, stripeId);
  }
  await finishSubscriptionChange(context.db, operation, id, stripeId === null ? NEVER_BEGAN : null);
}

const NEVER_BEGAN = {
  code: 'subscription_not_active',
  detail: 'Nobody has paid for this subscription, so there is nothing to end; nothing was changed.',
} as const;

const changeOf = (wanted: Change, begun: Record<string, unknown>): SubscriptionChange =>
  wanted.type === 'plan'
    ? {
        change: 'plan',
        terms: PlanTerms.parse(begun['terms']),
        quantity: Number(begun['quantity']),
      }
    : { change: wanted.type };

async function askStripe(
  context: WorkerContext,
  subscription: string,
  asked: SubscriptionChange,
  key: string,
): Promise<ChangeOutcome | { ok: false; code: CheckoutRefused['code']; detail: string }> {
  try {
    return await context.payments.subscriptions.change(subscription, asked, key);
  } catch (error) {
    if (!(error instanceof CheckoutRefused)) throw error;
    return { ok: false, code: error.code, detail: error.detail };
  }
}

/** What a larger plan costs for the rest of the period was charged with the change. */
async function settleLatestInvoice(context: WorkerContext, subscription: string): Promise<void> {
  const state = await context.payments.subscriptions.read(subscription);
  if (state?.latestInvoice) await settleInvoice(context, state.latestInvoice);
}
