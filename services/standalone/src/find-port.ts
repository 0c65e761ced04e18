import { once } from 'node:events';
import { createServer } from 'node:net';
import { CannotStart, codeOf, reasonOf } from './cannot-start.ts';

/**
 * Answers with the port to use: the given one, or a free one for 0. Ends the start at once, instead
 * of after the database has booted, when somebody else listens there.
 */
export async function findPort(host: string, port: number, setting: string): Promise<number> {
  const probe = createServer();
  probe.listen(port, host);
  try {
    await once(probe, 'listening');
  } catch (error) {
    throw new CannotStart(
      codeOf(error) === 'EADDRINUSE'
        ? `Port ${port} on ${host} is taken by another program; stop it, or start with ${setting}=<another port>.`
        : `Nothing can listen on ${host}:${port} (${reasonOf(error)}); set HOST and ${setting} to an address and a port that this user may listen on.`,
    );
  }
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}
