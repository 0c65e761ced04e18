import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

type OwnershipRefusal =
  | 'unknown_organization'
  | 'not_an_owner'
  | 'not_a_member'
  | 'member_suspended';

export type OwnershipOutcome = { ok: true } | { ok: false; refusal: OwnershipRefusal };

/**
 * Makes `to`, an active member, an owner and `from` an administrator, in one step. Ids are bare.
 * Refused when `from` is no active owner (any more): of two transfers at once one is.
 */
export async function transferOwnership(
  db: Database,
  transfer: { organization: string; from: string; to: string },
): Promise<OwnershipOutcome> {
  const { organization, from, to } = transfer;
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ refusal: OwnershipRefusal | null }]>`
      select bursar.transfer_ownership(${organization}, ${from}, ${to}) as refusal`;
    return row.refusal === null ? { ok: true } : { ok: false, refusal: row.refusal };
  });
}
