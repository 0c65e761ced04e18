import { request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { nameRoute } from '../http/observe.ts';

const ANSWER_LIMIT_MS = 10_000;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'DELETE']);
const PATHS = /^\/dev\/mail(?:[./].*)?$/;

/** Shows the mail catcher's pages below /dev/mail, for development. `target` is its base address. */
export function mailProxy(target: string): Router {
  const router = Router();
  router.all(PATHS, async (request, response, next) => {
    nameRoute(response, '/dev/mail');
    const url = proxiedUrl(request.originalUrl, target);
    if (url === null || !METHODS.has(request.method)) return next();
    // What proves who somebody is stays here: neither keys nor sessions are the catcher's business.
    const { authorization: _key, cookie: _session, host: _host, ...headers } = request.headers;
    const outgoing = httpRequest(url, {
      method: request.method,
      headers,
      timeout: ANSWER_LIMIT_MS,
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('The mail catcher does not answer.')));
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // A reader who leaves early is no fault of anybody.
      pipeline(answer, response).catch(() => response.destroy());
    });
    outgoing.on('error', (error) => (response.headersSent ? response.destroy() : next(error)));
    await pipeline(request, outgoing).catch((error: unknown) => outgoing.destroy(toError(error)));
  });
  return router;
}

/**
 * Where a request goes: always to `target`, and only below its own pages. The address is taken apart
 * first, because a request line may name another host, and may climb out of a folder with dots.
 */
export function proxiedUrl(originalUrl: string, target: string): URL | null {
  const asked = URL.parse(originalUrl, 'http://localhost');
  if (asked === null || !PATHS.test(asked.pathname)) return null;
  const url = new URL(target);
  url.pathname = asked.pathname;
  url.search = asked.search;
  return url;
}

const toError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
