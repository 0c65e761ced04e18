import { notePromotionUse } from '@bursar/ledger/operations';
import type { CheckoutFacts } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';

/** A page of ours that was completed with a code has used it, whatever becomes of its payment. */
export async function noteCode({ db }: WorkerContext, facts: CheckoutFacts): Promise<void> {
  if (facts.status !== 'complete' || facts.promotion === null) return;
  await notePromotionUse(db, facts.session, facts.promotion);
}
