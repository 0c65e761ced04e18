import { signIn, type Database } from '@bursar/ledger/reads';
import { Router, type Request, type Response } from 'express';
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { nameRoute } from '../http/observe.ts';
import { requestIdOf } from '../http/request-id.ts';
import type { Send } from '../http/send-answer.ts';
import type { FailedAttempts } from '../limits/failed-attempts.ts';
import { readCookies } from './cookies.ts';
import { exchangeCode } from './exchange-code.ts';
import { isFailure, sendFailure, type SignInFailure } from './failure-pages.ts';
import { operatorRuleOf } from './operator-rules.ts';
import { keepPending, takePending } from './pending-sign-in.ts';
import { ProviderUnavailable } from './provider.ts';
import { readClaims } from './read-claims.ts';
import { returnPath } from './return-to.ts';
import type { SignInDoor } from './sign-in-door.ts';
import { signOutRoute } from './sign-out-route.ts';

export interface SignInPagesOptions {
  db: Database;
  log: Logger;
  /** Shared with the API: answers to sign-ins that nobody began, as anybody can send them. */
  attempts: FailedAttempts;
  /** Sign-ins that were begun here and failed; each has cost the provider something. */
  failedSignIns: FailedAttempts;
  publicUrl: string;
  send: Send;
}

/** The way to the provider and back. `door` is null where signing in is not set up. */
export function signInPages(door: SignInDoor | null, options: SignInPagesOptions): Router {
  const router = Router();
  router.get('/auth/error', (request, response) => {
    nameRoute(response, '/auth/error');
    const { reason } = request.query;
    sendFailure(response, isFailure(reason) ? reason : 'expired');
  });
  // The console says so before anybody asks for what cannot be.
  router.get('/auth/status', (_request, response) => {
    nameRoute(response, '/auth/status');
    response.setHeader('Cache-Control', 'no-store');
    response.json({ set_up: door !== null });
  });
  if (door === null) {
    router.all(/^\/auth(\/|$)/, (_request, response) => {
      nameRoute(response, '/auth');
      sendFailure(response, 'not_set_up');
    });
    return router;
  }
  const failing = (work: (request: Request, response: Response) => Promise<void>) =>
    asPage(options, work);
  router.get(
    '/auth/sign-in',
    failing((request, response) => begin(door, options, request, response)),
  );
  router.get(
    '/auth/callback',
    failing((request, response) => finish(door, options, request, response)),
  );
  router.use(signOutRoute(door, options));
  return router;
}

/** Outages of the provider are a page, too; all others are for the handler of failures. */
function asPage(
  { log }: SignInPagesOptions,
  work: (request: Request, response: Response) => Promise<void>,
) {
  return async (request: Request, response: Response): Promise<void> => {
    nameRoute(response, request.path);
    try {
      await work(request, response);
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error;
      log.error({ err: error, request: requestIdOf(response) }, 'The sign-in provider is away');
      sendFailure(response, 'provider_unavailable');
    }
  };
}

async function begin(
  { provider, jar, pendingKey }: SignInDoor,
  { publicUrl }: SignInPagesOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const returnTo = returnPath(request.query['return_to']);
  // The cookie must be set where the answer will arrive: localhost and 127.0.0.1 are two hosts.
  // Sent there once, the browser is there, although a proxy may have written another name into Host.
  const elsewhere = request.get('Host') !== new URL(publicUrl).host;
  if (elsewhere && request.query['moved'] === undefined) {
    const again = new URLSearchParams({ return_to: returnTo, moved: '1' });
    return redirect(response, `${publicUrl}/auth/sign-in?${again.toString()}`);
  }
  const configuration = await provider.configuration();
  const pending = {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
    returnTo,
  };
  const address = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: callbackOf(publicUrl),
    scope: provider.settings.scopes,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
  });
  response.setHeader('Set-Cookie', keepPending(jar, pendingKey, pending, request.get('Cookie')));
  redirect(response, address.href);
}

async function finish(
  door: SignInDoor,
  options: SignInPagesOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const { log } = options;
  const address = request.ip ?? '';
  const answer = new URL(callbackOf(options.publicUrl));
  answer.search = new URL(request.originalUrl, options.publicUrl).search;
  const state = answer.searchParams.get('state') ?? '';
  const begun = takePending(door.jar, door.pendingKey, state, request.get('Cookie'));
  // What neighbours send to the API keeps nobody away who began to sign in.
  const attempts = begun === null ? options.attempts : options.failedSignIns;
  if (attempts.refusal(address) !== null) return sendFailure(response, 'too_many');
  const outcome =
    begun === null ? NOT_BEGUN : await signInBy(door, options, request, answer, begun);
  for (const line of outcome.cookies) response.appendHeader('Set-Cookie', line);
  if (outcome.failure === undefined) return redirect(response, outcome.returnTo);
  attempts.note(address);
  const { failure, why } = outcome;
  const level = failure === 'misconfigured' || failure === 'not_trusted' ? 'warn' : 'info';
  log[level]({ failure, why, request: requestIdOf(response) }, 'Nobody was signed in');
  redirect(response, `/auth/error?reason=${failure}`);
}

type Finished = { cookies: string[] } & (
  | { failure?: undefined; returnTo: string }
  /** `why` is for the log. */
  | { failure: SignInFailure; why: string }
);

const NOT_BEGUN: Finished = {
  cookies: [],
  failure: 'expired',
  why: 'this browser began no such sign-in',
};

/** Finds out who came back from the provider, and begins their session in place of the browser's old one. */
async function signInBy(
  { provider, sessions, jar }: SignInDoor,
  { db }: SignInPagesOptions,
  request: Request,
  answer: URL,
  begun: NonNullable<ReturnType<typeof takePending>>,
): Promise<Finished> {
  const cookies = [begun.clear];
  const exchange = await exchangeCode(provider, answer, begun.pending);
  if (!exchange.ok) return { cookies, failure: exchange.refusal, why: exchange.why };
  const { issuer, subject, claims, idToken } = exchange.proven;
  const person = readClaims(claims, provider.settings.verifiedClaim);
  const signedIn = await signIn(db, { issuer, subject, ...person });
  if (!signedIn.ok) return { cookies, failure: signedIn.refusal, why: 'the directory refuses it' };
  const rule = operatorRuleOf(provider.settings.operators, person.email, claims);
  const cookie = await sessions.begin({
    user: signedIn.user,
    operatorBy: rule?.text ?? null,
    idToken,
    before: readCookies(request.get('Cookie')).get(jar.session),
  });
  if (cookie === null) return { cookies, failure: 'expired', why: 'deleted meanwhile' };
  cookies.push(jar.set(jar.session, cookie, provider.settings.sessionSeconds));
  return { cookies, returnTo: begun.pending.returnTo };
}

const callbackOf = (publicUrl: string): string => `${publicUrl}/auth/callback`;

function redirect(response: Response, location: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Location', location);
  response.statusCode = 303;
  response.end();
}
