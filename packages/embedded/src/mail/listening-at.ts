import type { Server } from 'node:net';

/** A server that listens and can be told to stop. */
export type Listener = { readonly url: string; stop(): Promise<void> };

/** `host:port` of a listening TCP server, as it stands in a URL. */
export function listeningAt(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The server does not listen on a TCP port: listen first, then ask.');
  }
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${host}:${address.port}`;
}
