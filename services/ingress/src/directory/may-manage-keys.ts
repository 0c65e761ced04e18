import { readApiKey } from '@bursar/ledger/reads';
import type { Caller } from '../access/caller.ts';
import { permit, permitAnywhere } from '../access/permit.ts';
import { notFound, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

/** Keys of an organization are for its owners and administrators; all others are for operators. */
export const mayManageKeys = async (
  { db }: Services,
  caller: Caller,
  organization: string | null,
): Promise<Problem | null> =>
  organization === null
    ? permitAnywhere(caller, 'operate')
    : permit(db, caller, 'manage_keys', `org:${organization}`);

/** Whether the caller may change this key; a person learns nothing of keys that are not theirs. */
export async function mayChangeKey(
  services: Services,
  caller: Caller,
  id: string,
): Promise<Problem | null> {
  if (caller.kind === 'product') return permitAnywhere(caller, 'operate');
  const key = await readApiKey(services.db, id);
  if (key === null) return notFound('API key');
  const refusal = await mayManageKeys(services, caller, key.organization);
  return refusal === null ? null : notFound('API key');
}
