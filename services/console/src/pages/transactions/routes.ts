import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchOf } from '../../app/filters.ts';
import { organizationRoute, personRoute } from '../../app/frame-routes.tsx';
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
