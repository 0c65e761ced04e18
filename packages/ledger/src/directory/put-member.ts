import type { OrganizationRole } from '@bursar/contracts';
import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

type MemberRefusal = 'unknown_organization' | 'unknown_user' | 'last_owner';

export type MemberOutcome =
  | {
      ok: true;
      /** They were no member before: never, or not since their removal. */
      created: boolean;
      /**
       * The caller has to ask for the organization's default allocation, under a key that depends on
       * organization and user alone. True for those who never were members; repeating the same call
       * within an hour answers true again, in case the first caller died before asking.
       */
      welcome: boolean;
      role: OrganizationRole;
    }
  | { ok: false; refusal: MemberRefusal };

/**
 * Makes a person a member, or changes their role; whoever was removed comes back active, whoever is
 * suspended stays so. Ids are bare. The last active owner keeps the role (`last_owner`).
 */
export async function putMember(
  db: Database,
  member: { organization: string; user: string; role: OrganizationRole },
): Promise<MemberOutcome> {
  const { organization, user, role } = member;
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ refusal: MemberRefusal | null; created: boolean; welcome: boolean }]>`
      select r.refusal, r.created, r.welcome from bursar.put_member(${organization}, ${user}, ${role}) r`;
    return row.refusal === null
      ? { ok: true, created: row.created, welcome: row.welcome, role }
      : { ok: false, refusal: row.refusal };
  });
}
