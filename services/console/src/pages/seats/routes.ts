import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { organizationRoute } from '../../app/frame-routes.tsx';

export const seatRoutes = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: '/seats',
    component: lazyRouteComponent(() => import('./seats-page.tsx'), 'SeatsPage'),
  }),
] as const;
