import type { OrganizationRole } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { timedPage, type Page, type PageOf, type Timed } from './page.ts';

export interface UserView {
  id: string;
  email: string | null;
  name: string | null;
  createdAt: Date;
}

export interface OrganizationView {
  id: string;
  name: string;
  /** People who belong to it, suspended ones included. */
  members: number;
  /** Micro-credits that a newcomer receives once. */
  defaultAllocation: bigint | null;
  /** Micro-credits that an assigned seat brings. */
  seatAllocation: bigint | null;
  requestExpiryDays: number;
  autoApproveBelow: bigint | null;
  autoApproveMonthly: bigint | null;
  createdAt: Date;
}

/** `removed` is kept, so that a repeated removal can be told from a new one by `joinedAt`. */
export type MemberStatus = 'active' | 'suspended' | 'removed';

export interface MemberView {
  user: string;
  name: string | null;
  email: string | null;
  role: OrganizationRole;
  status: MemberStatus;
  joinedAt: Date;
}

export interface MembershipView {
  role: OrganizationRole;
  status: MemberStatus;
  joinedAt: Date;
}

/** Ids in this file are bare: `ana`, not `user:ana`. */
export async function readUser(db: Database, id: string): Promise<UserView | null> {
  const [user] = await db<UserView[]>`
    select u.id, u.email, u.name, u.created_at as "createdAt"
    from bursar.users u
    where u.id = ${id} and u.deleted_at is null`;
  return user ?? null;
}

export async function readOrganization(db: Database, id: string): Promise<OrganizationView | null> {
  const [organization] = await db<OrganizationView[]>`
    select
      o.id,
      o.name,
      (
        select count(*)::integer from bursar.memberships m
        where m.organization_id = o.id and m.status <> 'removed'
      ) as members,
      o.default_allocation as "defaultAllocation",
      o.seat_allocation as "seatAllocation",
      o.request_expiry_days as "requestExpiryDays",
      o.auto_approve_below as "autoApproveBelow",
      o.auto_approve_monthly as "autoApproveMonthly",
      o.created_at as "createdAt"
    from bursar.organizations o
    where o.id = ${id} and o.deleted_at is null`;
  return organization ?? null;
}

/**
 * One page of an organization's members, who joined last first; removed ones are left out.
 *
 * @param search keeps those whose name, address or id contains it, in whatever case.
 */
export async function listMembers(
  db: Database,
  organization: string,
  search: string | undefined,
  page: Page,
): Promise<PageOf<MemberView>> {
  return timedPage<Timed<MemberView>>(
    page,
    (row) => row.user,
    (before, limit) => db<Timed<MemberView>[]>`
      select
        m.user_id as user,
        u.name,
        u.email,
        m.role,
        m.status,
        m.joined_at as "joinedAt",
        m.joined_at::text as position
      from bursar.memberships m
      join bursar.users u on u.id = m.user_id
      where m.organization_id = ${organization} and m.status <> 'removed'
        ${
          search === undefined
            ? db``
            : db`and strpos(lower(concat_ws(' ', u.name, u.email, u.id)), lower(${search}::text)) > 0`
        }
        ${before === null ? db`` : db`and (m.joined_at, m.user_id) < (${before.at}::text::timestamptz, ${before.key})`}
      order by m.joined_at desc, m.user_id desc
      limit ${limit}`,
  );
}

/** How a person stands to an organization; `null` when they were never in it. Check `status`. */
export async function readMembership(
  db: Database,
  organization: string,
  user: string,
): Promise<MembershipView | null> {
  const [membership] = await db<MembershipView[]>`
    select m.role, m.status, m.joined_at as "joinedAt"
    from bursar.memberships m
    where m.organization_id = ${organization} and m.user_id = ${user}`;
  return membership ?? null;
}

/** The organizations of a person by name, a thousand at most; those they were removed from are left out. */
export async function listMemberships(
  db: Database,
  user: string,
): Promise<(MembershipView & { organization: string; name: string })[]> {
  return [
    ...(await db<(MembershipView & { organization: string; name: string })[]>`
      select m.organization_id as organization, o.name, m.role, m.status, m.joined_at as "joinedAt"
      from bursar.memberships m
      join bursar.organizations o on o.id = m.organization_id
      where m.user_id = ${user} and m.status <> 'removed'
      order by o.name, o.id
      limit 1000`),
  ];
}
