import { createRouter } from '@tanstack/react-router';
import { operationRoute } from '../pages/operation/routes.ts';
import {
  organizationTransactionRoutes,
  personTransactionRoutes,
} from '../pages/transactions/routes.ts';
import { walletRoutes } from '../pages/wallet/routes.ts';
import {
  homeRoute,
  organizationRoute,
  personRoute,
  operatorRoute,
  rootRoute,
  shellRoute,
  signInRoute,
} from './frame-routes.tsx';

const tree = rootRoute.addChildren([
  homeRoute,
  signInRoute,
  shellRoute.addChildren([
    personRoute.addChildren([...walletRoutes, ...personTransactionRoutes]),
    organizationRoute.addChildren([...organizationTransactionRoutes]),
    operatorRoute.addChildren([]),
    operationRoute,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
