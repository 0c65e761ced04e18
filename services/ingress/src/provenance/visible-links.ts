import {
  listMemberships,
  readMembershipsOf,
  type Database,
  type LotLink,
} from '@bursar/ledger/reads';
import type { Bound, Caller } from '../access/caller.ts';

/**
 * Tells whose wallets of a chain the caller may look into. A key that is bound to no organization sees
 * all; it has been checked before.
 */
export async function visibleOwners(
  db: Database,
  caller: Caller,
  links: readonly LotLink[],
): Promise<(owner: string) => boolean> {
  if (caller.kind === 'operator') return () => true;
  if (caller.kind === 'product') {
    return caller.bound === undefined ? () => true : ownersReached(db, caller.bound, links);
  }
  const memberships = await listMemberships(db, caller.id);
  const owners = new Set([
    `user:${caller.id}`,
    ...memberships
      .filter(({ role, status }) => role !== 'member' && status === 'active')
      .map(({ organization }) => `org:${organization}`),
  ]);
  return (owner) => owners.has(owner);
}

async function ownersReached(
  db: Database,
  { organization, members }: Bound,
  links: readonly LotLink[],
): Promise<(owner: string) => boolean> {
  const owners = new Set([`org:${organization}`]);
  if (members) {
    const people = new Set(links.map(({ wallet }) => wallet).filter(isPerson));
    const bare = [...people].map((owner) => owner.slice('user:'.length));
    for (const [user, status] of await readMembershipsOf(db, organization, bare)) {
      if (status !== 'removed') owners.add(`user:${user}`);
    }
  }
  return (owner) => owners.has(owner);
}

const isPerson = (owner: string): boolean => owner.startsWith('user:');

export interface VisibleLink extends LotLink {
  /** False for a lot of somebody else, of which only the giving or receiving is shown. */
  open: boolean;
}

/**
 * What somebody may see of a chain: the lots of their own wallets, and beyond them one step into
 * other people's, which their own transactions name anyway.
 */
export function visibleLinks(
  links: readonly LotLink[],
  isVisible: (owner: string) => boolean,
): VisibleLink[] {
  const open = new Set(links.filter((link) => isVisible(link.wallet)).map((link) => link.lot));
  const given = new Set(links.filter((link) => open.has(link.lot)).map((link) => link.parentLot));
  return links
    .filter(
      (link) =>
        open.has(link.lot) ||
        given.has(link.lot) ||
        (link.parentLot !== null && open.has(link.parentLot)),
    )
    .map((link) => ({ ...link, open: open.has(link.lot) }));
}
