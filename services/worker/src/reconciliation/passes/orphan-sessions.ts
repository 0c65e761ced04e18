import { formatAmount, fromPublicId, toPublicId } from '@bursar/contracts';
import { findPurchase, rebuildPurchase, type Finding } from '@bursar/ledger/operations';
import type { CheckoutFacts } from '@bursar/payments';
import { settleCash } from '../../cash/settle-cash.ts';
import { settleSession } from '../../purchases/settle-session.ts';
import type { WorkerContext } from '../../worker-context.ts';
import type { RepairResult } from '../pass.ts';

/** Others may use the same account: only what carries our mark concerns us. */
export function judgeOrphan(facts: CheckoutFacts): Finding | null {
  const isPaid = facts.status === 'complete' && facts.paymentStatus !== 'unpaid';
  if (!isPaid || facts.wallet === null) return null;
  const credits = facts.credits ?? 0n;
  return {
    class: 'ORPHAN_SESSION',
    subject: facts.session,
    stripeIds: [facts.session, ...(facts.paymentIntent === null ? [] : [facts.paymentIntent])],
    wallet: facts.wallet,
    purchase: null,
    expected: `the order ${facts.purchaseId}, for ${formatAmount(credits)} credits`,
    actual: 'there is no such order',
    deltaCredits: credits,
    deltaMinor: BigInt(facts.total ?? 0),
    currency: facts.currency,
  };
}

/**
 * Makes the order anew from what its page says, and lets the usual handler look at it: it waits in
 * review until an operator decides, so the case stays open.
 */
export async function rebuildOrder(
  context: WorkerContext,
  { subject, purchase }: Finding,
): Promise<RepairResult> {
  if (purchase !== null) return waits(purchase);
  const known = await findPurchase(context.db, { session: subject });
  if (known !== null) return waits(known.id);
  const facts = await context.payments.readCheckout(subject);
  const id = fromPublicId('pur', facts?.purchaseId ?? '');
  if (facts === null || facts.wallet === null || facts.currency === null || id === null) {
    return left('The page does not name an order and a wallet.');
  }
  if (
    facts.credits === null ||
    facts.subtotal === null ||
    facts.livemode !== context.policy.livemode
  ) {
    return left('The page does not say how many credits it was for.');
  }
  const { wallet, credits, subtotal, currency, session, customer } = facts;
  const order = { id, wallet, credits, subtotal, currency, session, customer };
  const rebuilt = await rebuildPurchase(context.db, order, context.policy.expiryMonths);
  if (rebuilt === null)
    return left(`${wallet} is unknown or closed, or the order was another one.`);
  await settleSession(context, session);
  // Stripe has told of the money already; it clears with the sale, should the order be approved.
  if (facts.paymentIntent !== null) await settleCash(context, facts.paymentIntent);
  return waits(id);
}

const waits = (id: string): RepairResult => {
  const order = toPublicId('pur', id);
  const detail = `The order was rebuilt as ${order}: POST /v1/purchases/${order}/review approves or dismisses it.`;
  return { result: 'reported', detail };
};

const left = (why: string): RepairResult => ({
  result: 'reported',
  detail: `${why} Refund the payment in Stripe, or grant the credits by hand.`,
});
