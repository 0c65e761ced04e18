import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What becomes of a request instead of, or after, being handed on. */
export type ProxyFault = 'none' | 'busy' | 'limited' | 'answer-lost';

export interface FaultyProxy {
  url: string;
  /** How many requests came. */
  requests: () => number;
  stop: () => Promise<void>;
}

/** Stands between a client and an API; `fault` decides about each request by its number from 1. */
export async function startFaultyProxy(
  target: string,
  fault: (request: number) => ProxyFault,
): Promise<FaultyProxy> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void handOn(target, fault(requests), request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: () => requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function handOn(
  target: string,
  fault: ProxyFault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  if (fault === 'busy' || fault === 'limited') {
    const status = fault === 'busy' ? 503 : 429;
    response.writeHead(status, { 'Retry-After': '1', 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify({ code: 'test', detail: 'Not now.' }));
    return;
  }
  const headers = Object.entries(request.headers)
    .filter(([name]) => ['authorization', 'content-type', 'prefer'].includes(name))
    .map(([name, value]): [string, string] => [name, String(value)]);
  const answered = await fetch(target + request.url, { method: 'POST', headers, body });
  const text = await answered.text();
  if (fault === 'answer-lost') {
    response.destroy();
    return;
  }
  response.writeHead(answered.status, { 'Content-Type': 'application/json' });
  response.end(text);
}
