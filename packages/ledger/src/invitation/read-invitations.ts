import type { OrganizationRole } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from '../reads/page.ts';

export type InvitationStatus = 'pending' | 'accepted' | 'revoked' | 'expired';

/** Ids of people and organizations are bare; `invitedBy` is an actor. */
export interface InvitationView {
  id: string;
  organization: string;
  email: string;
  role: OrganizationRole;
  status: InvitationStatus;
  invitedBy: string;
  acceptedBy: string | null;
  /** How many mails were asked for. */
  round: number;
  createdAt: Date;
  expiresAt: Date;
}

/** One page of an organization's invitations, the newest first. */
export async function listInvitations(
  db: Database,
  organization: string,
  page: Page,
): Promise<PageOf<InvitationView>> {
  const found = await db<InvitationView[]>`
    ${selectInvitations(db)}
    where i.organization_id = ${organization}
      ${page.before === undefined ? db`` : db`and i.id < ${page.before}::uuid`}
    order by i.id desc
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, (invitation) => invitation.id);
}

/** One invitation by its UUID; `null` when there is none. */
export async function readInvitation(db: Database, id: string): Promise<InvitationView | null> {
  const [invitation] = await db<InvitationView[]>`${selectInvitations(db)} where i.id = ${id}`;
  return invitation ?? null;
}

const selectInvitations = (db: Database) => db`
  select
    i.id,
    i.organization_id as organization,
    i.email,
    i.role,
    case when i.status = 'pending' and i.expires_at <= clock_timestamp() then 'expired' else i.status end as status,
    i.invited_by as "invitedBy",
    i.accepted_by as "acceptedBy",
    i.round,
    i.created_at as "createdAt",
    i.expires_at as "expiresAt"
  from bursar.invitations i`;

/**
 * The one person who is known under a mail address, by bare id; `null` when nobody is, or several are.
 * Who only claims an address, which nobody has confirmed, is not known under it.
 */
export async function findByAddress(
  db: Database,
  email: string,
): Promise<{ id: string; name: string | null } | null> {
  const people = await db<{ id: string; name: string | null }[]>`
    select u.id, u.name from bursar.users u
    where lower(u.email) = lower(${email}) and not u.email_unconfirmed and u.deleted_at is null
    limit 2`;
  return people.length === 1 ? (people[0] ?? null) : null;
}
