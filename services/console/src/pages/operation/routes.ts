import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/frame-routes.tsx';

/** Whoever closed the page finds out here what became of what they asked for. */
export const operationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/operations/$id',
  component: lazyRouteComponent(() => import('./operation-page.tsx'), 'OperationPage'),
});
