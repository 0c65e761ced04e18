import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { listing } from '../transport/listing.ts';
import type {
  MemberInput,
  OrganizationDeletionInput,
  OrganizationInput,
  OrganizationSettingsInput,
  OwnershipInput,
  TransactionFilter,
  UserInput,
} from '../types/inputs.ts';
import type {
  Admission,
  Member,
  Membership,
  Organization,
  OrganizationDeletion,
  User,
  UserDeletion,
} from '../types/resources.ts';
import type { OrganizationDeletionResult, RemovalResult } from '../types/results.ts';
import { ask, issue, preview } from './issue.ts';
import { csv } from './wallets.ts';

/** Here `id`, `org` and `user` are the caller's own ids, without `user:` or `org:`. */
export const users = (settings: Settings) => ({
  /** Creates a person with their wallet, or changes who they are. */
  put: (id: string, body: UserInput, options?: CallOptions) =>
    ask<User>(settings, { route: ROUTES.putUser, params: { id }, body }, options),
  get: (id: string, options?: CallOptions) =>
    ask<User>(settings, { route: ROUTES.getUser, params: { id } }, options),
  /** Forgets who a person is; refused while anything of theirs is unsettled. */
  delete: (id: string, options?: CallOptions & { endSubscriptions?: boolean }) =>
    ask<UserDeletion>(
      settings,
      {
        route: ROUTES.deleteUser,
        params: { id },
        body: options?.endSubscriptions === true ? { end_subscriptions: true } : {},
      },
      options,
    ),
  /** Signs a person out of the console in every browser, at once. */
  endSessions: (id: string, options?: CallOptions) =>
    ask<{ user: string; ended: number }>(
      settings,
      { route: ROUTES.endSessions, params: { id } },
      options,
    ),
  previewDeletion: (id: string, options?: CallOptions) =>
    ask<UserDeletion>(
      settings,
      { route: ROUTES.deleteUser, params: { id }, body: { preview: true } },
      options,
    ),
});

export const organizations = (settings: Settings) => ({
  /** Creates an organization with its pool, or renames it. */
  put: (id: string, body: OrganizationInput, options?: CallOptions) =>
    ask<Organization>(settings, { route: ROUTES.putOrganization, params: { id }, body }, options),
  get: (id: string, options?: CallOptions) =>
    ask<Organization>(settings, { route: ROUTES.getOrganization, params: { id } }, options),
  updateSettings: (id: string, body: OrganizationSettingsInput, options?: CallOptions) =>
    ask<Organization>(
      settings,
      { route: ROUTES.updateOrganizationSettings, params: { id }, body },
      options,
    ),
  transactionsCsv: (id: string, filter: TransactionFilter = {}, options?: CallOptions) =>
    csv(
      settings,
      { route: ROUTES.exportOrganizationTransactions, params: { id }, query: { ...filter } },
      options,
    ),
  /** What deleting it would mean now, and what to type. */
  deletion: (id: string, options?: CallOptions) =>
    ask<OrganizationDeletion>(
      settings,
      { route: ROUTES.previewOrganizationDeletion, params: { id } },
      options,
    ),
  /** Deletes it for good; members keep what they were allocated. */
  delete: issue<[id: string, confirmation: OrganizationDeletionInput], OrganizationDeletionResult>(
    settings,
    2,
    (id, body) => ({ route: ROUTES.deleteOrganization, params: { id }, body, keyless: true }),
  ),
  /** Gives the role of owner to another member. */
  transferOwnership: (org: string, body: OwnershipInput, options?: CallOptions) =>
    ask<{ owner: Membership; previous: Membership }>(
      settings,
      { route: ROUTES.transferOwnership, params: { org }, body },
      options,
    ),
  members: members(settings),
});

const members = (settings: Settings) => ({
  list: (org: string, options?: CallOptions) =>
    listing<Member>(settings, { route: ROUTES.listMembers, params: { org } }, options),
  /** Makes a person a member, or changes their role. */
  put: (org: string, user: string, body: MemberInput, options?: CallOptions) =>
    ask<Admission>(settings, { route: ROUTES.putMember, params: { org, user }, body }, options),
  suspend: (org: string, user: string, options?: CallOptions) =>
    ask<Membership>(
      settings,
      { route: ROUTES.suspendMember, params: { org, user }, body: {} },
      options,
    ),
  reinstate: (org: string, user: string, options?: CallOptions) =>
    ask<Membership>(
      settings,
      { route: ROUTES.reinstateMember, params: { org, user }, body: {} },
      options,
    ),
  /** What they have not spent of the organization's credits returns to its pool. */
  remove: issue<[org: string, user: string], RemovalResult>(settings, 2, (org, user) => ({
    route: ROUTES.removeMember,
    params: { org, user },
    body: {},
    keyless: true,
  })),
  previewRemoval: (org: string, user: string, options?: CallOptions) =>
    preview<RemovalResult>(
      settings,
      { route: ROUTES.removeMember, params: { org, user }, body: {} },
      options,
    ),
});
