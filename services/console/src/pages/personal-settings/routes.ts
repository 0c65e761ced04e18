import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { personRoute } from '../../app/frame-routes.tsx';

export const personalSettingsRoutes = [
  createRoute({
    getParentRoute: () => personRoute,
    path: '/settings',
    component: lazyRouteComponent(
      () => import('./personal-settings-page.tsx'),
      'PersonalSettingsPage',
    ),
  }),
] as const;
