import { useQuery } from '@tanstack/react-query';
import { memberNamesQuery } from '../api/members.ts';
import { useSession } from '../api/session.ts';

/**
 * Says an owner of a wallet as people call it: oneself, one's organizations and, of an organization
 * that one manages, its members. Whoever has no name here keeps the id, such as `user:ana`.
 *
 * @param organization of whose members the names are wanted, with prefix; `null` for none.
 */
export function useNameOf(organization: string | null): (owner: string) => string {
  const { user, organizations } = useSession();
  const managed = organizations.find(
    ({ id, role, status }) => id === organization && role !== 'member' && status === 'active',
  );
  const members = useQuery(memberNamesQuery(managed?.id.replace(/^org:/, '') ?? null));
  const names = new Map(members.data?.map(({ value, label }) => [value, label]));
  for (const { id, name } of organizations) names.set(id, name);
  if (user.name !== null) names.set(user.id, user.name);
  return (owner) => names.get(owner) ?? owner;
}
