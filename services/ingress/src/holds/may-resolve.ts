import { readHold, readOperations, type HoldView } from '@bursar/ledger/reads';
import { ownsOperation, type Caller } from '../access/caller.ts';
import { permitScope } from '../access/permit.ts';
import { notFound, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

/** A product resolves the holds that it placed itself. */
export async function mayResolve(
  services: Services,
  caller: Caller,
  id: string,
): Promise<Problem | null> {
  const refusal = permitScope(caller, 'resolve_hold');
  if (refusal !== null || caller.kind === 'operator') return refusal;
  const hold = await readHold(services.db, id);
  return hold !== null && (await hasPlaced(services, caller, hold)) ? null : notFound('hold');
}

/** Whether the caller placed this hold. */
export async function hasPlaced(
  { db }: Services,
  caller: Caller,
  { operation }: HoldView,
): Promise<boolean> {
  if (operation === null) return false;
  const placed = (await readOperations(db, [operation])).get(operation);
  return placed !== undefined && ownsOperation(caller, placed.caller);
}
