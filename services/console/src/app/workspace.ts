import { useParams } from '@tanstack/react-router';
import { useSession, type Membership, type Session } from '../api/session.ts';
import { t } from '../texts/index.ts';

/** Whose credits a page is about. It is always in the address, so no tab acts for the wrong one. */
export type Workspace =
  | { kind: 'person'; owner: string; name: string; base: '/me' }
  | {
      kind: 'organization';
      owner: string;
      /** Without prefix. */
      id: string;
      name: string;
      base: `/orgs/${string}`;
      role: Membership['role'];
      suspended: boolean;
    };

export const personalWorkspace = ({ user }: Session): Workspace => ({
  kind: 'person',
  owner: user.id,
  name: t.shell.personal,
  base: '/me',
});

export const organizationWorkspace = (membership: Membership): Workspace => {
  const id = membership.id.replace(/^org:/, '');
  return {
    kind: 'organization',
    owner: membership.id,
    id,
    name: membership.name,
    base: `/orgs/${id}`,
    role: membership.role,
    suspended: membership.status === 'suspended',
  };
};

/** The workspace of the address; personal where the address names none. */
export function useWorkspace(): Workspace {
  const session = useSession();
  const { org } = useParams({ strict: false });
  const membership = session.organizations.find(({ id }) => id === `org:${org}`);
  return membership === undefined ? personalWorkspace(session) : organizationWorkspace(membership);
}

/** The organization that the address names; its pages are only reached by its members. */
export function useOrganization(): Extract<Workspace, { kind: 'organization' }> {
  const workspace = useWorkspace();
  if (workspace.kind !== 'organization') throw new Error('This address names no organization.');
  return workspace;
}

/** Owners and admins buy, hand out, decide and manage. */
export const manages = (workspace: Workspace): boolean =>
  workspace.kind === 'organization' && workspace.role !== 'member' && !workspace.suspended;
