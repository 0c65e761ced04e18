import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

/** Longer than what load balancers keep idle connections open for, so that they close first. */
const KEEP_ALIVE_MS = 65_000;
const HEADERS_LIMIT_MS = 10_000;
const REQUEST_LIMIT_MS = 30_000;
/** Waiting callers are let go before; what is left then is stuck. */
const CLOSE_LIMIT_MS = 10_000;

/** Listens; port 0 takes a free one. Rejects when the address is taken. */
export async function listen(
  listener: RequestListener,
  host: string,
  port: number,
): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: HEADERS_LIMIT_MS,
      requestTimeout: REQUEST_LIMIT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    listener,
  );
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

/** The port of a server that listens on a network address. */
export function portOf(server: Server): number {
  const address = server.address();
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('The server does not listen on a port.');
}

/** Takes no more requests and waits for those under way, but not for ever. */
export async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const force = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
  await closed;
  clearTimeout(force);
}
