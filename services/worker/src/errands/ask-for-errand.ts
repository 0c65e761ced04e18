import { findErrand, type ErrandKind } from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';

/** Has an errand done at once that may just have been left; without it the schedule does it soon. */
export async function askForErrand(
  { db, queues }: WorkerContext,
  kind: ErrandKind,
  subject: string,
): Promise<void> {
  const errand = await findErrand(db, { kind, subject });
  if (errand === null || errand.refused) return;
  await queues.enqueue('run-errand', { errand: errand.id }, { jobId: `errand-${errand.id}` });
}
