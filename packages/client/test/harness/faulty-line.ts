import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What happens to connections from now on. */
export type Line =
  | 'sound'
  /** Requests arrive, answers are lost and the line is cut. */
  | 'answers_lost'
  /** Every other connection loses its answers. */
  | 'every_other_lost'
  /** Nobody listens. */
  | 'cut';

export interface FaultyLine {
  readonly url: string;
  become(line: Line): void;
  stop(): Promise<void>;
}

/** A line to a server on the loopback that can be made bad. */
export async function startFaultyLine(target: string): Promise<FaultyLine> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let line: Line = 'sound';
  let count = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A broken line is what this is for; both ends see it as such.
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    count += 1;
    if (line === 'cut') {
      near.destroy();
      return;
    }
    const loses = line === 'answers_lost' || (line === 'every_other_lost' && count % 2 === 0);
    const far = connect(Number(port), hostname);
    keep(far);
    near.pipe(far);
    if (loses) far.once('data', () => [near, far].forEach((socket) => socket.destroy()));
    else far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It listens nowhere.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    become(next) {
      line = next;
      // Connections that are kept open would not notice.
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
