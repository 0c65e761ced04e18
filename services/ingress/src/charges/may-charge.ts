import type { Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import type { Action } from '../access/rights.ts';
import type { Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

/** Whether the caller may spend from this wallet, and on behalf of this organization if one is named. */
export async function mayCharge(
  { db }: Services,
  caller: Caller,
  action: Action,
  charge: { wallet: string; on_behalf_of?: string | undefined },
): Promise<Problem | null> {
  const refusal = await permit(db, caller, action, charge.wallet);
  if (refusal !== null || charge.on_behalf_of === undefined) return refusal;
  return permit(db, caller, action, charge.on_behalf_of);
}
