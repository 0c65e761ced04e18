import { listMemberships, type Database, type LotLink } from '@bursar/ledger/reads';
import type { Caller } from '../access/caller.ts';

/** Tells whose wallets the caller may look into; keys have been checked before and see all. */
export async function visibleOwners(
  db: Database,
  caller: Caller,
): Promise<(owner: string) => boolean> {
  if (caller.kind !== 'person') return () => true;
  const memberships = await listMemberships(db, caller.id);
  const owners = new Set([
    `user:${caller.id}`,
    ...memberships
      .filter(({ role, status }) => role !== 'member' && status === 'active')
      .map(({ organization }) => `org:${organization}`),
  ]);
  return (owner) => owners.has(owner);
}

export interface VisibleLink extends LotLink {
  /** False for a lot of somebody else, of which only the giving or receiving is shown. */
  open: boolean;
}

/**
 * What a person may see of a chain: the lots of their own wallets, and beyond them one step into
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
