import type { Brand } from './layout.ts';
import { renderMail, type RenderedNotice } from './render-notice.ts';
import { dateText } from './wording.ts';

/** What an invitation says to somebody who may know nothing of the installation. */
export interface Invitation {
  /** The organization by name. */
  organization: string;
  role: 'owner' | 'admin' | 'member';
  /** Who asks, by name; `null` when nobody is named. */
  inviter: string | null;
  expiresAt: Date;
  /** Where it is accepted; whoever has this address can. */
  url: string;
}

const ROLE_WORDS = { owner: 'an owner', admin: 'an administrator', member: 'a member' };

/** Writes the mail that asks somebody to join. */
export function renderInvitation(invitation: Invitation, brand: Brand): RenderedNotice {
  const { organization, role, inviter, expiresAt, url } = invitation;
  const content = {
    subject: `Join ${organization} at ${brand.productName}`,
    sentences: [
      `${inviter ?? 'Somebody'} invites you to join ${organization} as ${ROLE_WORDS[role]}.`,
      'Open the link, sign in, and accept. It works once and is meant for you alone; do not pass it on.',
    ],
    rows: [['Good until', dateText(expiresAt)]] satisfies [string, string][],
  };
  // The place to open is the link, and there is no other one in this mail.
  return renderMail(
    content,
    'Hello,',
    { ...brand, publicUrl: url },
    {
      reason: `You get this mail because ${organization} entered this address. If you do not know them, ignore it: nothing happens.`,
      unsubscribeUrl: undefined,
    },
  );
}
