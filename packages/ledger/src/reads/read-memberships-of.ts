import type { Database } from '../database/connect.ts';
import type { MemberStatus } from './read-directory.ts';

/** How these people (bare ids) stand to an organization; who never belonged to it is left out. */
export async function readMembershipsOf(
  db: Database,
  organization: string,
  users: readonly string[],
): Promise<Map<string, MemberStatus>> {
  const rows = await db<{ user: string; status: MemberStatus }[]>`
    select m.user_id as user, m.status
    from bursar.memberships m
    where m.organization_id = ${organization} and m.user_id = any (${[...users]}::text[])`;
  return new Map(rows.map(({ user, status }) => [user, status]));
}
