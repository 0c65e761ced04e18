import { Router } from 'express';
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { nameRoute } from '../http/observe.ts';
import type { Send } from '../http/send-answer.ts';
import { ok } from '../http/answer.ts';
import { problem } from '../problems/problem.ts';
import { readCookies } from './cookies.ts';
import { isSameOrigin } from './same-origin.ts';
import type { SignInDoor } from './sign-in-door.ts';

/**
 * Ends the session here, and tells where the provider ends its own: a script of our pages cannot be
 * led to another site. Forms cannot sign out, because pages that send no referrer give them no origin.
 */
export function signOutRoute(
  door: SignInDoor,
  { publicUrl, send, log }: { publicUrl: string; send: Send; log: Logger },
): Router {
  const router = Router();
  const publicOrigin = new URL(publicUrl).origin;
  router.post('/auth/sign-out', async (request, response) => {
    nameRoute(response, '/auth/sign-out');
    const source = { origin: request.get('Origin'), fetchSite: request.get('Sec-Fetch-Site') };
    if (request.get('Bursar-Console') !== '1' || !isSameOrigin(source, publicOrigin)) {
      const detail = `Only pages of ${publicOrigin} may sign somebody out, and they send "Bursar-Console: 1"; nothing was changed.`;
      return send(response, problem('forbidden', detail));
    }
    const cookie = readCookies(request.get('Cookie')).get(door.jar.session);
    const idToken = cookie === undefined ? null : await door.sessions.end(cookie);
    const location = await providersEnd(door, publicUrl, idToken, log);
    response.setHeader('Set-Cookie', door.jar.clear(door.jar.session));
    await send(response, ok({ location }));
  });
  return router;
}

/** Where the provider ends its session; our front page when it cannot, or does not answer. */
async function providersEnd(
  { provider }: SignInDoor,
  publicUrl: string,
  idToken: string | null,
  log: Logger,
): Promise<string> {
  const home = `${publicUrl}/`;
  try {
    const configuration = await provider.configuration();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return home;
    const parameters = { post_logout_redirect_uri: home };
    return oidc.buildEndSessionUrl(
      configuration,
      idToken === null ? parameters : { ...parameters, id_token_hint: idToken },
    ).href;
  } catch (error) {
    // Signed out here is what counts.
    log.warn({ err: error }, 'The provider could not be told that somebody signed out');
    return home;
  }
}
