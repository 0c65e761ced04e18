import express, { type Express, type Request } from 'express';
import { authenticateGuarded, type Credentials, type Doors } from './access/authenticate.ts';
import { answerFailures } from './http/failure-problem.ts';
import { mountRoutes } from './http/mount-routes.ts';
import { observe } from './http/observe.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createSender } from './http/send-answer.ts';
import { buildDocument } from './openapi/build-document.ts';
import { documentationPages } from './openapi/documentation-pages.ts';
import { checkoutPages } from './pages/checkout-pages.ts';
import { consolePages } from './pages/console-pages.ts';
import { invitationPages } from './pages/invitation-pages.ts';
import { mailProxy } from './pages/mail-proxy.ts';
import { noSuchPage } from './pages/no-such-page.ts';
import { openPages } from './pages/open-pages.ts';
import { unsubscribePages } from './pages/unsubscribe-pages.ts';
import { notFound } from './problems/problem.ts';
import { apiRoutes } from './routes.ts';
import { healthRoutes } from './service/health-routes.ts';
import type { FailedAttempts } from './limits/failed-attempts.ts';
import type { RateLimiter } from './limits/rate-limiter.ts';
import type { BodyBudget } from './overload/body-budget.ts';
import type { Services } from './service/services.ts';
import { readCookies } from './sign-in/cookies.ts';
import { createSessionDoor } from './sign-in/session-caller.ts';
import type { SignInDoor } from './sign-in/sign-in-door.ts';
import { signInPages } from './sign-in/sign-in-pages.ts';
import { createTokenDoor } from './sign-in/token-door.ts';
import { stripeWebhook, type StripeDoor } from './webhooks/stripe-webhook.ts';
import type { Health } from '@bursar/service-host';

export interface AppOptions {
  limiter: RateLimiter;
  attempts: FailedAttempts;
  failedSignIns: FailedAttempts;
  bodies: BodyBudget;
  /** How many proxies in front are ours. */
  trustedProxies: number;
  health: Health;
  stripe: StripeDoor;
  /** Null where nobody can sign in. */
  signIn: SignInDoor | null;
  mailCatcherUrl: string | undefined;
  /** Where the built console lies. */
  consoleDir: string;
}

/** Everything that answers requests, in the order in which it gets to see them. */
export function createApp(services: Services, options: AppOptions): Express {
  const { db, log, metrics, publicUrl } = services;
  const { signIn, attempts, failedSignIns } = options;
  const doors = doorsOf(services, signIn);
  const routes = apiRoutes(services);
  const send = createSender(publicUrl);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', options.trustedProxies);
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);

  app.use(observe(log, metrics));
  app.use(securityHeaders(publicUrl, () => signIn?.provider.origins() ?? []));
  // Before anything that parses bodies: the signature covers the bytes as they came.
  app.use(stripeWebhook(services, options.stripe, send));
  app.use(
    mountRoutes(routes, {
      send,
      limiter: options.limiter,
      bodies: options.bodies,
      onNoRoom: () => metrics.limited.inc({ limit: 'bodies' }),
      authenticate: (request) =>
        authenticateGuarded(doors, attempts, credentialsOf(request, signIn)),
    }),
  );
  app.use(signInPages(signIn, { db, log, attempts, failedSignIns, publicUrl, send }));
  app.use(healthRoutes(options.health, log));
  app.use(documentationPages(buildDocument(routes, publicUrl)));
  app.use(checkoutPages(services));
  app.use(unsubscribePages(services));
  app.use(invitationPages(services, { signIn: signIn !== null }));
  const pages = consolePages(options.consoleDir);
  if (pages !== null) app.use(pages);
  app.use(openPages({ mailCatcher: options.mailCatcherUrl !== undefined }));
  if (options.mailCatcherUrl !== undefined) app.use(mailProxy(options.mailCatcherUrl));
  app.use((request, response) =>
    noSuchPage(request, response, () => send(response, notFound('such page'))),
  );
  app.use(answerFailures(log, send));
  return app;
}

function doorsOf({ db, keys, publicUrl }: Services, signIn: SignInDoor | null): Doors {
  if (signIn === null) return { db, keys, sessions: null, tokens: null };
  const { sessions, provider } = signIn;
  const admit = createSessionDoor(sessions, provider.settings, publicUrl);
  const { audience } = provider.settings;
  return {
    db,
    keys,
    sessions: { admit, remembers: sessions.remembers },
    tokens: audience === undefined ? null : createTokenDoor(db, provider, audience),
  };
}

function credentialsOf(request: Request, signIn: SignInDoor | null): Credentials {
  const [role, actAs] = [request.get('Bursar-Role'), request.get('Bursar-Act-As')];
  const cookie =
    signIn === null ? undefined : readCookies(request.get('Cookie')).get(signIn.jar.session);
  const source = { origin: request.get('Origin'), fetchSite: request.get('Sec-Fetch-Site') };
  const { method } = request;
  const console = request.get('Bursar-Console');
  return {
    authorization: request.get('Authorization'),
    session: cookie === undefined ? undefined : { cookie, method, source, console, role, actAs },
    role,
    actAs,
    address: request.ip ?? '',
  };
}
