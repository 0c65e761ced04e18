import { createRouter } from '@tanstack/react-router';
import { billingRoutes } from '../pages/billing/routes.ts';
import { memberRoutes } from '../pages/members/routes.ts';
import { organizationActivityRoutes, personActivityRoutes } from '../pages/activity-routes.ts';
import { operationRoute } from '../pages/operation/routes.ts';
import { organizationSettingsRoutes } from '../pages/organization-settings/routes.ts';
import { operatorRoutes } from '../pages/operator/routes.ts';
import { personalSettingsRoutes } from '../pages/personal-settings/routes.ts';
import { ruleRoutes } from '../pages/rules/routes.ts';
import { seatRoutes } from '../pages/seats/routes.ts';
import {
  organizationTransactionRoutes,
  personTransactionRoutes,
  transactionPageRoutes,
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
    personRoute.addChildren([
      ...walletRoutes,
      ...personTransactionRoutes,
      ...personActivityRoutes,
      ...personalSettingsRoutes,
    ]),
    organizationRoute.addChildren([
      ...billingRoutes,
      ...memberRoutes,
      ...seatRoutes,
      ...ruleRoutes,
      ...organizationSettingsRoutes,
      ...organizationTransactionRoutes,
      ...organizationActivityRoutes,
    ]),
    operatorRoute.addChildren([...operatorRoutes]),
    operationRoute,
    ...transactionPageRoutes,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // What was typed for one organization must not be there to be saved for the next.
  defaultRemountDeps: ({ params }) => params,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
