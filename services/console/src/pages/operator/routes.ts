import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { searchOf } from '../../app/filters.ts';
import { operatorRoute } from '../../app/frame-routes.tsx';

/** What only operators see; the API refuses everybody else. */
export const operatorRoutes = [
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/operator/attention' });
    },
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/attention',
    component: lazyRouteComponent(() => import('./attention-page.tsx'), 'AttentionPage'),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/operations',
    validateSearch: searchOf(['tab']),
    component: lazyRouteComponent(
      () => import('./operations/operations-page.tsx'),
      'OperationsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/queues',
    component: lazyRouteComponent(() => import('./queues/queues-page.tsx'), 'QueuesPage'),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/queues/$queue',
    validateSearch: searchOf(['state']),
    component: lazyRouteComponent(() => import('./queues/queue-page.tsx'), 'QueuePage'),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/reconciliation',
    validateSearch: searchOf(['tab', 'state']),
    component: lazyRouteComponent(
      () => import('./reconciliation/reconciliation-page.tsx'),
      'ReconciliationPage',
    ),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/reconciliation/runs/$run',
    component: lazyRouteComponent(() => import('./reconciliation/run-page.tsx'), 'RunPage'),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/reconciliation/cases/$case',
    component: lazyRouteComponent(() => import('./reconciliation/case-page.tsx'), 'CasePage'),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/audit',
    component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/grants',
    component: lazyRouteComponent(() => import('./grants/grants-page.tsx'), 'GrantsPage'),
  }),
  createRoute({
    getParentRoute: () => operatorRoute,
    path: '/catalogue',
    component: lazyRouteComponent(() => import('./catalogue/catalogue-page.tsx'), 'CataloguePage'),
  }),
] as const;
