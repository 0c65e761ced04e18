import type { CallOptions, Settings } from '../options.ts';
import { ROUTES, type Route } from '../routes.ts';
import { listing } from '../transport/listing.ts';
import type {
  NotificationChoice,
  NotificationPreference,
  OrganizationNotificationChoice,
  OrganizationNotificationPreference,
} from '../types/invitations.ts';
import type { Notification } from '../types/resources.ts';
import { ask } from './issue.ts';

export const notifications = (settings: Settings) => ({
  /** Notices of the person named by `actAs`. */
  list: (options?: CallOptions) =>
    listing<Notification>(settings, { route: ROUTES.listNotifications }, options),
  /** Marks those named as read, or all; answers how many were unread. */
  markRead: async (ids?: readonly string[], options?: CallOptions): Promise<number> =>
    (
      await ask<{ marked: number }>(
        settings,
        { route: ROUTES.markNotificationsRead, body: ids === undefined ? {} : { ids } },
        options,
      )
    ).marked,
  preferences: preferences(settings),
  organizationPreferences: organizationPreferences(settings),
});

/** What a person is told, and how; `user` is the caller's own id, without `user:`. */
const preferences = (settings: Settings) => ({
  get: (user: string, options?: CallOptions) =>
    all<NotificationPreference>(
      settings,
      { route: ROUTES.getNotificationPreferences, params: { id: user } },
      options,
    ),
  /** What is not named stays; answers with all. */
  put: (user: string, choices: readonly NotificationChoice[], options?: CallOptions) =>
    all<NotificationPreference>(
      settings,
      {
        route: ROUTES.putNotificationPreferences,
        params: { id: user },
        body: { preferences: choices },
      },
      options,
    ),
});

/** What the webhooks of an organization are told; `org` is the caller's own id, without `org:`. */
const organizationPreferences = (settings: Settings) => ({
  get: (org: string, options?: CallOptions) =>
    all<OrganizationNotificationPreference>(
      settings,
      { route: ROUTES.getOrganizationNotificationPreferences, params: { org } },
      options,
    ),
  /** What is not named stays; answers with all. */
  put: (org: string, choices: readonly OrganizationNotificationChoice[], options?: CallOptions) =>
    all<OrganizationNotificationPreference>(
      settings,
      {
        route: ROUTES.putOrganizationNotificationPreferences,
        params: { org },
        body: { preferences: choices },
      },
      options,
    ),
});

const all = async <Preference>(
  settings: Settings,
  request: { route: Route; params: Record<string, string>; body?: object },
  options?: CallOptions,
): Promise<Preference[]> =>
  (await ask<{ preferences: Preference[] }>(settings, request, options)).preferences;
