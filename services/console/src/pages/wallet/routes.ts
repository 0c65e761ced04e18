import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { personRoute } from '../../app/frame-routes.tsx';
import { readTab } from './wallet-tabs.ts';

export const walletRoutes = [
  createRoute({
    getParentRoute: () => personRoute,
    path: '/wallet',
    validateSearch: readTab,
    component: lazyRouteComponent(() => import('./wallet-page.tsx'), 'WalletPage'),
  }),
] as const;
