import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchOf } from '../app/filters.ts';
import { organizationRoute, personRoute } from '../app/frame-routes.tsx';
import { USAGE_FILTERS } from './usage/usage.ts';

const usage = {
  path: '/usage',
  validateSearch: searchOf(USAGE_FILTERS),
  component: lazyRouteComponent(() => import('./usage/usage-page.tsx'), 'UsagePage'),
} as const;

/** What a person sees of what happened. */
export const personActivityRoutes = [
  createRoute({ getParentRoute: () => personRoute, ...usage }),
  createRoute({
    getParentRoute: () => personRoute,
    path: '/notifications',
    component: lazyRouteComponent(
      () => import('./notifications/notifications-page.tsx'),
      'NotificationsPage',
    ),
  }),
] as const;

/** The same for an organization, and what its products and systems connect by. */
export const organizationActivityRoutes = [
  createRoute({ getParentRoute: () => organizationRoute, ...usage }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: '/keys',
    component: lazyRouteComponent(() => import('./keys/keys-page.tsx'), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: '/webhooks',
    component: lazyRouteComponent(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: '/webhooks/$webhook',
    component: lazyRouteComponent(() => import('./webhooks/webhook-page.tsx'), 'WebhookPage'),
  }),
] as const;
