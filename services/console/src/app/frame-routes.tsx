import { createRootRoute, createRoute, notFound, Outlet, redirect } from '@tanstack/react-router';
import { queries } from '../api/queries.ts';
import { sessionQuery, type Session } from '../api/session.ts';
import { Failed, Missing } from './failures.tsx';
import { Shell } from './shell/shell.tsx';
import { SignIn } from './sign-in.tsx';

export const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: Missing,
  errorComponent: Failed,
});

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/me/wallet' });
  },
});

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { return_to?: string } =>
    typeof search['return_to'] === 'string' ? { return_to: search['return_to'] } : {},
  component: SignIn,
});

/** Everything below is for who signed in; others sign in first and come back here. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }): Promise<{ session: Session }> => {
    const session = await queries.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: { return_to: location.href } });
    return { session };
  },
  component: Shell,
  errorComponent: Failed,
  notFoundComponent: Missing,
});

export const personRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/me',
  component: Outlet,
});

export const organizationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/orgs/$org',
  beforeLoad: ({ context, params }) => {
    const member = context.session.organizations.some(({ id }) => id === `org:${params.org}`);
    if (!member) throw notFound();
  },
  component: Outlet,
});

export const operatorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/operator',
  beforeLoad: ({ context }) => {
    if (!context.session.operator) throw notFound();
  },
  component: Outlet,
});
