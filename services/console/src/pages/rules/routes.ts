import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { organizationRoute } from '../../app/frame-routes.tsx';

export const ruleRoutes = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: '/rules',
    component: lazyRouteComponent(() => import('./rules-page.tsx'), 'RulesPage'),
  }),
] as const;
