import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchOf } from '../../app/filters.ts';
import { organizationRoute } from '../../app/frame-routes.tsx';

export const billingRoutes = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: '/billing',
    validateSearch: searchOf(['tab', 'status']),
    component: lazyRouteComponent(() => import('./billing-page.tsx'), 'BillingPage'),
  }),
] as const;
