import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { listPage } from './list-page.ts';
import { listeningAt, type Listener } from './listening-at.ts';
import type { MailStore } from './mail-store.ts';
import { html } from './markup.ts';
import { messagePage } from './message-page.ts';
import { page, pagePolicy } from './page-frame.ts';

const requestTimeoutMs = 10_000;
const jsonLimitDefault = 50;
const jsonLimitMax = 500;

/** Foreign HTML may show itself and inline pictures; it runs nothing, sends nothing, loads nothing. */
const foreignPolicy = [
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The pages and JSON of the mail catcher below `/dev/mail`, as the ingress passes them on. */
export async function serveMail(site: {
  readonly store: MailStore;
  readonly host: string;
  readonly port: number;
  readonly log: (line: string) => void;
}): Promise<Listener> {
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    request.resume();
    answer(request, site.store)
      .catch((error: unknown) => {
        site.log(`A mail page failed: ${error instanceof Error ? error.message : String(error)}`);
        return notice(500, 'This page failed', 'See the log of the mail catcher for the reason.');
      })
      .then((result) => send(request, response, result))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(site.port, site.host);
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://${listeningAt(server)}`, stop };
}

async function answer(request: IncomingMessage, store: MailStore): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = url.pathname.replace(/\/$/, '');
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (path === '/dev/mail' && reading) {
    const to = url.searchParams.get('to')?.trim() ?? '';
    return document(200, listPage(store.list({ to }), to));
  }
  if (path === '/dev/mail.json' && reading) return listJson(url.searchParams, store);
  if (path === '/dev/mail' && request.method === 'DELETE') return clear(request, store);
  if (path === '/dev/mail/clear' && request.method === 'POST') return clear(request, store);
  const [, id, part] = /^\/dev\/mail\/([\w-]{1,64})(?:\/(html|raw))?$/.exec(path) ?? [];
  if (id !== undefined && reading) return messagePart(id, part, store);
  return notice(404, 'No such page', 'The list of messages is at /dev/mail.');
}

async function messagePart(
  id: string,
  part: string | undefined,
  store: MailStore,
): Promise<Answer> {
  const mail = await store.find(id);
  if (mail === null) {
    return notice(404, 'This message is gone', 'It was deleted, or pushed out by newer ones.');
  }
  if (part === undefined) return document(200, messagePage(mail));
  if (part === 'html' && mail.html !== null) return foreignDocument(mail.html);
  const source = part === 'raw' ? await store.source(id) : null;
  if (source === null) return notice(404, 'No such part', 'This message has no HTML part.');
  const headers = { 'content-disposition': `attachment; filename="${id}.eml"` };
  return { status: 200, type: 'message/rfc822', body: source, headers };
}

/** Links get a tab of their own, since the sandbox keeps them from leaving the frame. */
function foreignDocument(content: string): Answer {
  const target = '<base target="_blank">';
  const body = /<head\b[^>]*>/i.test(content)
    ? content.replace(/<head\b[^>]*>/i, (head) => head + target)
    : content.replace(/^(\s*<!doctype[^>]*>)?/i, (doctype) => doctype + target);
  const headers = { 'content-security-policy': foreignPolicy };
  return { status: 200, type: 'text/html; charset=utf-8', body, headers };
}

async function listJson(query: URLSearchParams, store: MailStore): Promise<Answer> {
  const wanted = Number(query.get('limit') ?? jsonLimitDefault);
  const limit =
    Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, jsonLimitMax) : jsonLimitDefault;
  const summaries = store.list({ to: query.get('to') ?? '', limit });
  const mails = await Promise.all(summaries.map(({ id }) => store.find(id)));
  const data = mails.filter((mail) => mail !== null);
  return { status: 200, type: 'application/json; charset=utf-8', body: JSON.stringify({ data }) };
}

/** Browsers say when another site made them ask; such a request must not delete anything. */
async function clear(request: IncomingMessage, store: MailStore): Promise<Answer> {
  const site = request.headers['sec-fetch-site'] ?? 'none';
  if (site !== 'none' && site !== 'same-origin') {
    return notice(403, 'Not deleted', 'Another site asked for this: use the button at /dev/mail.');
  }
  await store.clear();
  if (request.method === 'DELETE') return { status: 204, type: 'text/plain', body: '' };
  return { status: 303, type: 'text/plain', body: '', headers: { location: '/dev/mail' } };
}

function notice(status: number, title: string, advice: string): Answer {
  const content = html`<h1>${title}</h1>
    <p>${advice}</p>
    <p><a href="/dev/mail">All messages</a></p>`;
  return document(status, page(title, content));
}

function document(status: number, body: string): Answer {
  const headers = { 'content-security-policy': pagePolicy };
  return { status, type: 'text/html; charset=utf-8', body, headers };
}

function send(request: IncomingMessage, response: ServerResponse, result: Answer): void {
  response.writeHead(result.status, {
    'content-type': result.type,
    'content-length': Buffer.byteLength(result.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...result.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : result.body);
}
