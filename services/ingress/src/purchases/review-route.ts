import { ReviewBody } from '@bursar/contracts';
import { decideReview, readPurchase, readWallet, type PurchaseView } from '@bursar/ledger/reads';
import { QueueUnavailable } from '@bursar/queues';
import { z } from 'zod';
import { actorOf } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import { PurchaseSchema, renderPurchase } from '../reads/render-wallet.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

/** What operators decide about orders that nobody else can. */
export const reviewRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/purchases/{id}/review',
    operationId: 'reviewPurchase',
    tag: 'Operating',
    summary: 'Decide about an order in review',
    description:
      'Approving lets a worker ask Stripe for the page once more and credit the order if it was paid as it says; look at the order until it is paid. Dismissing moves nothing and takes the order off the list, also one that was approved but not credited: refund the payment in Stripe.',
    params: z.strictObject({ id: publicIdParam('pur') }),
    body: ReviewBody,
    example: { decision: 'approve', reason: 'The customer has the receipt.' },
    problems: ['purchase_not_in_review', 'wallet_closed'],
    answers: { 200: { description: 'The order', schema: PurchaseSchema } },
    handle: async ({ caller, params: { id }, body: { decision, reason } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const done = await decideReview(services.db, id, decision, actorOf(caller), reason);
      const purchase = await readPurchase(services.db, id);
      if (purchase === null) return notFound('purchase');
      if (!done) return refusalOf(services, purchase, decision);
      if (decision === 'approve' && purchase.checkoutSession !== null) {
        await settleSoon(services, purchase.checkoutSession);
      }
      return ok(renderPurchase(purchase));
    },
  }),
];

/** Why an order does not wait for this decision. */
async function refusalOf(
  { db }: Services,
  purchase: PurchaseView,
  decision: 'approve' | 'dismiss',
): Promise<Problem> {
  if (decision === 'dismiss' || purchase.status !== 'needs_review') {
    return problem(
      'purchase_not_in_review',
      `The order is ${purchase.status} and waits for no decision; nothing was changed.`,
    );
  }
  const wallet = await readWallet(db, purchase.wallet);
  return wallet?.closedAt
    ? problem(
        'wallet_closed',
        `The wallet ${purchase.wallet} is closed, so nothing can be credited; nothing was changed. Refund the payment in Stripe and dismiss the order.`,
      )
    : problem(
        'purchase_not_in_review',
        'Only an order that was rebuilt from its page can be approved, once; nothing was changed. Dismiss it, and grant or refund by hand.',
      );
}

/** The next reconciliation settles the page, too, so a queue that is away only costs time. */
async function settleSoon({ queues, log }: Services, session: string): Promise<void> {
  try {
    await queues.enqueue('fulfil-purchase', { session }, { jobId: `approved-${session}` });
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    log.warn({ session, reason: error.message }, 'An order was approved while the queue was away');
  }
}
