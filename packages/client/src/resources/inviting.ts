import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { listing } from '../transport/listing.ts';
import type { AcceptanceInput, Invitation, InvitationInput } from '../types/invitations.ts';
import type { Admission } from '../types/resources.ts';
import { ask } from './issue.ts';

/** Whom organizations ask to join; `org` is the caller's own id, without `org:`. */
export const invitations = (settings: Settings) => ({
  /** Sends a mail whose link works once and for seven days; the same again while it is open sends nothing. */
  create: (org: string, body: InvitationInput, options?: CallOptions) =>
    ask<Invitation>(settings, { route: ROUTES.createInvitation, params: { org }, body }, options),
  list: (org: string, options?: CallOptions) =>
    listing<Invitation>(settings, { route: ROUTES.listInvitations, params: { org } }, options),
  /** Sends another mail; links before it end. Not repeated after a lost answer. */
  resend: (org: string, id: string, options?: CallOptions) =>
    ask<Invitation>(
      settings,
      { route: ROUTES.resendInvitation, params: { org, id }, body: {}, repeat: 'if_refused' },
      options,
    ),
  /** Its link leads nowhere then. */
  revoke: (org: string, id: string, options?: CallOptions) =>
    ask<Invitation>(settings, { route: ROUTES.revokeInvitation, params: { org, id } }, options),
  /** Joins by the last part of the link; asking again is harmless. */
  accept: (token: string, body: AcceptanceInput = {}, options?: CallOptions) =>
    ask<Admission>(settings, { route: ROUTES.acceptInvitation, params: { token }, body }, options),
});
