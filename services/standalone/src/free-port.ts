import { once } from 'node:events';
import { createServer } from 'node:net';
import { CannotStart } from './data-folder.ts';

/** Ends the start at once, instead of after the database has booted, when somebody else listens there. */
export async function assertPortFree(host: string, port: number, setting: string): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  probe.listen(port, host);
  try {
    await once(probe, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CannotStart(
      code === 'EADDRINUSE'
        ? `Port ${port} on ${host} is taken by another program; stop it, or start with ${setting}=<another port>.`
        : `Nothing can listen on ${host}:${port} (${code}); set HOST and ${setting} to an address of this machine.`,
    );
  }
  probe.close();
  await once(probe, 'close');
}
