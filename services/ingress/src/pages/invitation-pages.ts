import {
  acceptInvitation,
  findByAddress,
  readInvitation,
  readOrganization,
} from '@bursar/ledger/reads';
import { readInvitationToken, type InvitationLink } from '@bursar/notices/invitation';
import { Router, type Response } from 'express';
import { welcomeMember } from '../directory/welcome-member.ts';
import { nameRoute } from '../http/observe.ts';
import type { Services } from '../service/services.ts';
import { backToConsole } from './back-to-console.ts';
import { html, type Html } from './html.ts';
import { sendPage, type Page } from './render-page.ts';

const ROUTE = '/invitations/{token}';

/**
 * Where the mail of an invitation leads. Opening it changes nothing, because mail programs open links by
 * themselves. Whoever has the link could read the mail, so the one person who is known under its address
 * can join by a button. Whoever is not known yet signs in, and comes back known; where nobody signs in
 * here, they join through the product in which they are signed in.
 */
export function invitationPages(services: Services, options: { signIn: boolean }): Router {
  const router = Router();
  const asking = (found: OpenInvitation, token: string): Page =>
    askingPage(found, options.signIn ? signInAndBack(token) : STRANGER);
  router.get('/invitations/:token', async (request, response) => {
    nameRoute(response, ROUTE);
    const found = await findOpen(services, request.params.token);
    sendPage(response, isPage(found) ? found : asking(found, request.params.token));
  });
  router.post('/invitations/:token', async (request, response) => {
    nameRoute(response, ROUTE);
    const found = await findOpen(services, request.params.token);
    if (isPage(found)) return sendPage(response, found);
    if (found.invitee === null)
      return sendPage(response, { ...asking(found, request.params.token), status: 409 });
    await join(services, response, found, found.invitee.id, options);
  });
  return router;
}

interface OpenInvitation {
  link: InvitationLink;
  organization: { id: string; name: string };
  role: keyof typeof ROLES;
  address: string;
  expiresAt: Date;
  /** Who is known under the address; `null` when nobody is, or more than one. */
  invitee: { id: string; name: string | null } | null;
}

/** The invitation of a link, or the page that says why it cannot be accepted. */
async function findOpen(services: Services, token: string): Promise<OpenInvitation | Page> {
  const link = readInvitationToken(services.secrets.invitation, token);
  const invitation = link && (await readInvitation(services.db, link.id));
  if (link === null || invitation === null) return UNKNOWN;
  if (invitation.status !== 'pending' || invitation.round !== link.round) return CLOSED;
  const organization = await readOrganization(services.db, invitation.organization);
  if (organization === null) return CLOSED;
  return {
    link,
    organization: { id: invitation.organization, name: organization.name },
    role: invitation.role,
    address: invitation.email,
    expiresAt: invitation.expiresAt,
    invitee: await findByAddress(services.db, invitation.email),
  };
}

const isPage = (found: OpenInvitation | Page): found is Page => 'content' in found;

async function join(
  services: Services,
  response: Response,
  { link, organization }: OpenInvitation,
  user: string,
  { signIn }: { signIn: boolean },
): Promise<void> {
  const outcome = await acceptInvitation(services.db, {
    invitation: link.id,
    round: link.round,
    user,
  });
  if (!outcome.ok) return sendPage(response, CLOSED);
  // The link speaks for this person only, and nobody's key is involved.
  const person = { kind: 'person', id: user, key: ROUTE } as const;
  if (outcome.welcome)
    await welcomeMember(services, person, { organization: organization.id, user });
  sendPage(response, {
    title: `You are in ${organization.name}`,
    content: html`<h1 role="status">You are in ${organization.name}</h1>
      ${signIn ? backToConsole(`org:${organization.id}`) : GO_ON}`,
  });
}

const ROLES = { owner: 'an owner', admin: 'an administrator', member: 'a member' };

function askingPage(
  { organization, role, address, expiresAt, invitee }: OpenInvitation,
  stranger: Html,
): Page {
  const title = `Join ${organization.name}`;
  return {
    title,
    content: html`<h1>${title}?</h1>
      <p>You are invited as ${ROLES[role]}, by a mail to ${masked(address)}.</p>
      ${invitee === null ? stranger : joinForm(invitee.name ?? invitee.id)}
      <p class="soft">
        The link works once, until ${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC. If
        you do not know ${organization.name}, close this page: nothing happens.
      </p>`,
  };
}

const joinForm = (name: string): Html =>
  html`<form method="post"><button type="submit">Join as ${name}</button></form>`;

const signInAndBack = (token: string): Html => {
  const back = new URLSearchParams({ return_to: `/invitations/${token}` });
  return html`<p>
      Nobody is known here under that address yet. Sign in with it, and you come back here to join.
    </p>
    <p><a href="/auth/sign-in?${back.toString()}">Sign in</a></p>`;
};

const STRANGER = html`<p>
  Nobody is known here under that address yet. Sign in to the product you were invited to, and open
  the link again from there.
</p>`;

const GO_ON = html`<p>You can close this page and go on where you work.</p>`;

/** Enough for its owner to recognise, too little for others to use. */
const masked = (address: string): string => address.replace(/^(.).*@/s, '$1…@');

const CLOSED: Page = {
  status: 410,
  title: 'This invitation is over',
  content: html`<h1>This invitation is over</h1>
    <p>
      It was used, taken back, replaced by a newer mail, or has run out. Ask whoever invited you for
      another one. If you joined with it, you are in.
    </p>`,
};

const UNKNOWN: Page = {
  status: 404,
  title: 'Unknown link',
  content: html`<h1>This link leads nowhere</h1>
    <p>It is incomplete or from another installation. Nothing was changed.</p>`,
};
