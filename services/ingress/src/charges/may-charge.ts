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

/** As `mayCharge`, for many charges of one request: each wallet and organization is looked up once. */
export function createChargePermit({ db }: Services, caller: Caller, action: Action): ChargePermit {
  const known = new Map<string, Promise<Problem | null>>();
  const ask = (owner: string): Promise<Problem | null> => {
    const answer = known.get(owner) ?? permit(db, caller, action, owner);
    known.set(owner, answer);
    return answer;
  };
  return async ({ wallet, on_behalf_of }) =>
    (await ask(wallet)) ?? (on_behalf_of === undefined ? null : ask(on_behalf_of));
}

export type ChargePermit = (charge: {
  wallet: string;
  on_behalf_of?: string | undefined;
}) => Promise<Problem | null>;
