/** Whom organizations ask to join, and what people are told. */
import type { OrganizationRole } from './vocabulary.ts';

export interface InvitationInput {
  email: string;
  role: OrganizationRole;
}

export interface AcceptanceInput {
  /** `user:<id>`; needed from operators, people accept for themselves. */
  user?: string | undefined;
}

export interface Invitation {
  id: string;
  organization: string;
  email: string;
  role: OrganizationRole;
  status: 'pending' | 'accepted' | 'revoked' | 'expired';
  invited_by: string;
  accepted_by: string | null;
  /** How many were sent. */
  mails: number;
  created_at: string;
  expires_at: string;
}

/** What is left out stays. */
export interface NotificationChoice {
  /** As `kind` of a notice. */
  kind: string;
  mail?: boolean | undefined;
  in_app?: boolean | undefined;
  webhook?: boolean | undefined;
}

export interface NotificationPreference {
  kind: string;
  mail: boolean;
  in_app: boolean;
  /** Whether the endpoints of this person hear of it, if they chose its type. */
  webhook: boolean;
  /** What cannot be changed, such as the mail of receipts. */
  fixed: ('mail' | 'in_app' | 'webhook')[];
  /** What holds for who has chosen nothing. */
  defaults: { mail: boolean; in_app: boolean; webhook: boolean };
}

export interface OrganizationNotificationChoice {
  kind: string;
  webhook: boolean;
}

export interface OrganizationNotificationPreference extends OrganizationNotificationChoice {
  /** Cannot be switched off. */
  fixed: boolean;
  default: boolean;
}
