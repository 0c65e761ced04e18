import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchOf } from '../../app/filters.ts';
import { organizationRoute, personRoute, shellRoute } from '../../app/frame-routes.tsx';
import { TRANSACTION_FILTERS } from './transaction-filters.ts';

const page = {
  path: '/transactions',
  validateSearch: searchOf(TRANSACTION_FILTERS),
  component: lazyRouteComponent(() => import('./transactions-page.tsx'), 'TransactionsPage'),
} as const;

export const personTransactionRoutes = [
  createRoute({ getParentRoute: () => personRoute, ...page }),
] as const;

export const organizationTransactionRoutes = [
  createRoute({ getParentRoute: () => organizationRoute, ...page }),
] as const;

/** A transaction and a lot have one address, whoever looks at them. */
export const transactionPageRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/transactions/$id',
    component: lazyRouteComponent(() => import('./transaction-page.tsx'), 'TransactionPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/lots/$id',
    component: lazyRouteComponent(() => import('./provenance/lot-page.tsx'), 'LotPage'),
  }),
] as const;
