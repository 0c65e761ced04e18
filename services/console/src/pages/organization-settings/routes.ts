import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { organizationRoute } from '../../app/frame-routes.tsx';

export const organizationSettingsRoutes = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: '/settings',
    component: lazyRouteComponent(
      () => import('./organization-settings-page.tsx'),
      'OrganizationSettingsPage',
    ),
  }),
] as const;
