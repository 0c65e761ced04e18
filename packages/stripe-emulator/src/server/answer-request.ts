import type { IncomingMessage, ServerResponse } from 'node:http';
import { handleControl, type Control } from '../control/handle-control.ts';
import { handlePage, type PageAnswer } from '../pages/handle-page.ts';
import { errorAnswer, handleApiRequest, type Api } from '../protocol/handle-api-request.ts';
import { StripeError } from '../protocol/stripe-error.ts';
import { newId } from '../state/ids.ts';
import { readBody } from './read-body.ts';
import { requireLocal } from './require-local.ts';

export type Site = Api & Control;

/** Answers one HTTP request: `/v1` is the API, `/_emu` the control API, the rest are pages. */
export async function answerRequest(
  site: Site,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedMs = Date.now();
  const url = new URL(message.url ?? '/', 'http://emulator.invalid');
  try {
    await route(site, message, response, url);
  } catch (error) {
    const answer = errorAnswer(asStripeError(site, error), newId('req', 14));
    send(response, answer.status, answer.headers, answer.body);
  }
  const outcome = response.headersSent ? response.statusCode : 'reset';
  site.emulator.log(`${message.method} ${url.pathname} ${outcome} in ${Date.now() - startedMs} ms`);
}

async function route(
  site: Site,
  message: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const body = await readBody(message);
  if (url.pathname.startsWith('/_emu/')) {
    requireLocal(message);
    const result = await handleControl(
      site,
      message.method ?? 'GET',
      url.pathname,
      message.headers['content-type'],
      body,
    );
    await site.emulator.snapshot.written();
    send(
      response,
      result.status,
      { 'content-type': 'application/json' },
      JSON.stringify(result.body, null, 2),
    );
    return;
  }
  if (
    url.pathname === '/v1' ||
    url.pathname.startsWith('/v1/') ||
    url.pathname.startsWith('/v2/')
  ) {
    const answer = await handleApiRequest(site, message, url, body);
    if (answer.kind === 'reset') message.socket.destroy();
    else send(response, answer.status, answer.headers, answer.body);
    return;
  }
  if (url.pathname === '/' || url.pathname.startsWith('/console/')) requireLocal(message);
  const page = await handlePage(site.emulator, message.method ?? 'GET', url.pathname, body);
  await site.emulator.snapshot.written();
  sendPage(response, page);
}

function sendPage(response: ServerResponse, page: PageAnswer): void {
  if (page.kind === 'redirect') {
    send(response, 303, { location: page.location }, '');
    return;
  }
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  send(response, page.status, headers, page.markup);
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}

/** A bug of the emulator must still look like Stripe's own failure, or the SDK takes it for success. */
function asStripeError(site: Site, error: unknown): StripeError {
  if (error instanceof StripeError) return error;
  site.emulator.log(
    `failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return new StripeError(500, {
    type: 'api_error',
    message: 'The Stripe emulator failed to answer; its log says why.',
  });
}
