import { once } from 'node:events';
import { createServer } from 'node:http';

/** Takes requests and never answers: to who asks, they never got where they were meant to go. */
export interface DeafServer {
  readonly url: string;
  /** What came, such as `POST /v1/refunds`. */
  readonly heard: readonly string[];
  stop(): Promise<void>;
}

export async function startDeafServer(): Promise<DeafServer> {
  const heard: string[] = [];
  const server = createServer(({ method, url }) => void heard.push(`${method} ${url}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    heard,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
