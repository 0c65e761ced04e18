import { request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { nameRoute } from '../http/observe.ts';

const ANSWER_LIMIT_MS = 10_000;

/** Shows the mail catcher's pages below /dev/mail, for development. `target` is its base address. */
export function mailProxy(target: string): Router {
  const router = Router();
  router.all(/^\/dev\/mail(?:[./].*)?$/, async (request, response, next) => {
    nameRoute(response, '/dev/mail');
    const url = new URL(request.originalUrl, target);
    const { authorization: _key, host: _host, ...headers } = request.headers;
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

const toError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
