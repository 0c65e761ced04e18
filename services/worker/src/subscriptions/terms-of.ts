import { fromPublicId, type PlanTerms } from '@bursar/contracts';
import { findTerms } from '@bursar/ledger/operations';
import type { SoldPlan } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';

/**
 * Under which terms a price counts for a subscription: those it was sold under, as its own metadata
 * says; for another price those of its earlier periods, or of the plan that has this price. Null when
 * nobody knows.
 */
export async function termsOf(
  context: WorkerContext,
  sold: SoldPlan,
  price: { id: string; lookupKey: string | null },
): Promise<PlanTerms | null> {
  if (sold.terms !== null && sold.terms.lookup_key === price.lookupKey) return sold.terms;
  const found = await findTerms(context.db, {
    subscription: ourId(sold),
    price: price.id,
    lookupKey: price.lookupKey,
    // A price without a key was made by hand, for this subscriber.
    plan: price.lookupKey === null ? sold.plan : null,
  });
  return found ?? (price.lookupKey === null ? sold.terms : null);
}

/** Our id of a subscription as a UUID; null when its metadata names none. */
export const ourId = ({ subscription }: SoldPlan): string | null =>
  subscription === null ? null : fromPublicId('sbs', subscription);
