import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchOf } from '../../app/filters.ts';
import { organizationRoute } from '../../app/frame-routes.tsx';

export const memberRoutes = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: '/members',
    validateSearch: searchOf(['search']),
    component: lazyRouteComponent(() => import('./members-page.tsx'), 'MembersPage'),
  }),
] as const;
