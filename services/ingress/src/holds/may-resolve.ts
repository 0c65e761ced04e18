import type { CaptureBody } from '@bursar/contracts';
import { readHold, readOperations, type HoldView } from '@bursar/ledger/reads';
import { ownsOperation, type Caller } from '../access/caller.ts';
import { permitScope } from '../access/permit.ts';
import { isProblem, notFound, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { captureCost } from './capture-cost.ts';

/**
 * A product resolves the holds that it placed itself. What it captures beyond a hold is an ordinary
 * charge, for which it needs the right to charge.
 */
export async function mayResolve(
  services: Services,
  caller: Caller,
  id: string,
  capture: CaptureBody,
): Promise<Problem | null> {
  const refusal = permitScope(caller, 'resolve_hold');
  if (refusal !== null || caller.kind === 'operator') return refusal;
  const hold = await readHold(services.db, id);
  if (hold === null || !(await hasPlaced(services, caller, hold))) return notFound('hold');
  const cost = await captureCost(services.db, id, capture);
  if (isProblem(cost)) return cost;
  const beyond = cost.amount !== undefined && BigInt(cost.amount) > hold.amount - hold.captured;
  return beyond ? permitScope(caller, 'create_charge') : null;
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
