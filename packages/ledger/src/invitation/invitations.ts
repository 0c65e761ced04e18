import type { OrganizationRole } from '@bursar/contracts';
import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

export type InviteOutcome =
  /** `created` is false when the same invitation was open already; nothing is sent again then. */
  | { ok: true; invitation: string; created: boolean }
  | {
      ok: false;
      refusal:
        | 'unknown_organization'
        | 'already_a_member'
        | 'invitation_pending'
        | 'invitation_limit_reached';
    };

/** Asks a mail address to join. Ids are bare, `actor` is who a transaction would name. */
export async function invite(
  db: Database,
  asked: { organization: string; email: string; role: OrganizationRole; actor: string },
): Promise<InviteOutcome> {
  type Refusal = Extract<InviteOutcome, { ok: false }>['refusal'];
  const { organization, email, role, actor } = asked;
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ refusal: Refusal | null; invitation: string; created: boolean }]>`
      select r.refusal, r.invitation, r.created
      from bursar.invite(${organization}, ${email}, ${role}, ${actor}) r`;
    const { refusal, invitation, created } = row;
    return refusal === null ? { ok: true, invitation, created } : { ok: false, refusal };
  });
}

/** Asks for another mail with a new link; the links before it end. Answers why not, else `null`. */
export async function resendInvitation(
  db: Database,
  id: string,
): Promise<'invitation_not_open' | 'invitation_limit_reached' | null> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx<
      [{ refusal: 'invitation_not_open' | 'invitation_limit_reached' | null }]
    >`
      select bursar.resend_invitation(${id}::uuid) as refusal`;
    return row.refusal;
  });
}

/** Ends an open invitation; one that was accepted stays so, which is the refusal. */
export async function revokeInvitation(
  db: Database,
  id: string,
): Promise<'invitation_not_open' | null> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ refusal: 'invitation_not_open' | null }]>`
      select bursar.revoke_invitation(${id}::uuid) as refusal`;
    return row.refusal;
  });
}

export type AcceptanceOutcome =
  /** `welcome`: as `putMember` says. */
  | { ok: true; organization: string; created: boolean; welcome: boolean }
  | { ok: false; refusal: 'unknown_user' | 'invitation_not_open' | 'member_suspended' };

/**
 * Makes a person a member by an invitation, of which `round` names the link. Exactly one person can;
 * when they do it again, nothing more happens.
 */
export async function acceptInvitation(
  db: Database,
  acceptance: { invitation: string; round: number; user: string },
): Promise<AcceptanceOutcome> {
  type Refusal = Extract<AcceptanceOutcome, { ok: false }>['refusal'];
  const { invitation, round, user } = acceptance;
  return inTransaction(db, async (tx) => {
    const [row] = await tx<
      [{ refusal: Refusal | null; organization: string; created: boolean; welcome: boolean }]
    >`
      select r.refusal, r.organization, r.created, r.welcome
      from bursar.accept_invitation(${invitation}::uuid, ${round}::integer, ${user}) r`;
    const { refusal, organization, created, welcome } = row;
    return refusal === null ? { ok: true, organization, created, welcome } : { ok: false, refusal };
  });
}

/** What the mail of an invitation says. */
export interface InvitationMail {
  id: string;
  round: number;
  email: string;
  role: OrganizationRole;
  /** By name. */
  organization: string;
  inviter: string | null;
  expiresAt: Date;
}

/** The invitation that a fact wants mailed; `null` when there is nothing (more) to mail. */
export async function invitationToMail(db: Database, fact: string): Promise<InvitationMail | null> {
  const [mail] = await db<InvitationMail[]>`
    select m.id, m.round, m.email, m.role, m.organization, m.inviter, m.expires_at as "expiresAt"
    from bursar.invitation_to_mail(${fact}::text::bigint) m`;
  return mail ?? null;
}

export async function markInvitationMailed(
  db: Database,
  mail: { id: string; round: number },
): Promise<void> {
  await db`select bursar.mark_invitation_mailed(${mail.id}::uuid, ${mail.round}::integer)`;
}
