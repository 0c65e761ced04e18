import type { OrganizationRole } from '@bursar/contracts';
import { burnOrder, total, type Part } from './burn-order.ts';
import {
  applied,
  membershipOf,
  refused,
  type Decision,
  type Ledger,
  type Wallet,
} from './ledger.ts';
import { begin, bringUpToDate } from './posting.ts';
import { cancel, vacate } from './seat.ts';
import { giveCredits } from './transfer.ts';

export interface Member {
  organization: string;
  member: string;
}

/** Ends a membership; what the organization handed out and is neither spent nor held returns. */
export function removeMember(ledger: Ledger, key: string, command: Member): Decision {
  const pool = ledger.wallets.get(command.organization);
  const wallet = ledger.wallets.get(command.member);
  const membership = membershipOf(ledger, command.organization, command.member);
  if (!pool || !wallet || !membership || membership.status === 'removed') {
    return refused('not_a_member', { subjects: [command.member] });
  }
  if (membership.role === 'owner' && !hasOtherOwner(ledger, command)) return refused('last_owner');
  membership.status = 'removed';
  const vacated = vacate(ledger, command);
  const calledOff = cancel(ledger, command);
  let cancelled = 0;
  for (const request of ledger.requests) {
    const theirs =
      request.organization === command.organization && request.member === command.member;
    if (!theirs || request.status !== 'pending') continue;
    request.status = 'cancelled';
    cancelled += 1;
  }
  return applied({
    returned: String(giveBack(ledger, key, wallet, pool, allocatedFree(wallet, pool))),
    held: String(allocatedHeld(wallet, pool)),
    vacated: String(vacated),
    cancelled: String(cancelled),
    calledOff: String(calledOff),
  });
}

/** Nobody keeps free credits of an organization that removed them, whatever set them free, unless it is gone. */
export function returnToLeftPools(ledger: Ledger, wallet: Wallet): void {
  for (const pool of leftPools(ledger, wallet)) {
    const freed = allocatedFree(wallet, pool).filter(({ lot }) => lot.expiresAt > ledger.now);
    giveBack(ledger, null, wallet, pool, freed);
  }
}

export const leftPools = (ledger: Ledger, { owner }: Wallet): Wallet[] =>
  [...ledger.wallets.values()].filter(
    (pool) => pool.closed === null && membershipOf(ledger, pool.owner, owner)?.status === 'removed',
  );

const allocatedHeld = (wallet: Wallet, pool: Wallet): bigint =>
  wallet.lots
    .filter((lot) => lot.allocatedBy === pool.owner)
    .reduce((sum, lot) => sum + lot.held, 0n);

const allocatedFree = (wallet: Wallet, pool: Wallet): Part[] =>
  wallet.lots
    .filter((lot) => lot.allocatedBy === pool.owner && lot.remaining > lot.held)
    .toSorted(burnOrder)
    .map((lot) => ({ lot, amount: lot.remaining - lot.held }));

function giveBack(
  ledger: Ledger,
  key: string | null,
  wallet: Wallet,
  pool: Wallet,
  parts: Part[],
): bigint {
  if (parts.length > 0) giveCredits(ledger, begin('return', key), wallet, pool, parts);
  return total(parts);
}

const hasOtherOwner = (ledger: Ledger, { organization, member }: Member): boolean =>
  ledger.memberships.some(
    (m) =>
      m.organization === organization &&
      m.member !== member &&
      m.role === 'owner' &&
      m.status === 'active',
  );

/** A directory call, with what it refuses; money is touched only by what it freezes and thaws. */
export type DirectoryAnswer = 'ok' | 'not_a_member' | 'last_owner' | 'unknown_organization';

export function suspend(ledger: Ledger, command: Member): DirectoryAnswer {
  touch(ledger, command);
  const membership = membershipOf(ledger, command.organization, command.member);
  if (!membership || membership.status === 'removed') return 'not_a_member';
  if (membership.status === 'suspended') return 'ok';
  if (membership.role === 'owner' && !hasOtherOwner(ledger, command)) return 'last_owner';
  membership.status = 'suspended';
  return 'ok';
}

export function reinstate(ledger: Ledger, command: Member): DirectoryAnswer {
  touch(ledger, command);
  const membership = membershipOf(ledger, command.organization, command.member);
  if (!membership || membership.status === 'removed') return 'not_a_member';
  membership.status = 'active';
  touch(ledger, command);
  return 'ok';
}

/** Joining again after a removal makes the membership new; otherwise only the role changes. */
export function join(
  ledger: Ledger,
  command: Member & { role: OrganizationRole },
): DirectoryAnswer {
  touch(ledger, command);
  const { organization, member, role } = command;
  if ((ledger.wallets.get(organization)?.closed ?? null) !== null) return 'unknown_organization';
  const membership = membershipOf(ledger, organization, member);
  if (membership === undefined) {
    ledger.memberships.push({ organization, member, role, status: 'active', joinedAt: ledger.now });
    return 'ok';
  }
  const steppingDown = membership.status === 'active' && membership.role === 'owner';
  if (steppingDown && role !== 'owner' && !hasOtherOwner(ledger, command)) return 'last_owner';
  const wasRemoved = membership.status === 'removed';
  membership.role = role;
  if (wasRemoved) Object.assign(membership, { status: 'active', joinedAt: ledger.now });
  return 'ok';
}

function touch(ledger: Ledger, command: Member): void {
  const wallets = [command.organization, command.member].map((owner) => ledger.wallets.get(owner));
  bringUpToDate(
    ledger,
    wallets.filter((wallet) => wallet !== undefined),
  );
}
