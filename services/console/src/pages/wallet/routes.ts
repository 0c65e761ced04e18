import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { personRoute } from '../../app/frame-routes.tsx';

export const walletRoutes = [
  createRoute({
    getParentRoute: () => personRoute,
    path: '/wallet',
    component: lazyRouteComponent(() => import('./wallet-page.tsx'), 'WalletPage'),
  }),
] as const;
