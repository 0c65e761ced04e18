import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to `listen(0)` and to outgoing connections, which would take ours. */
const FIRST = 12_000;
const LAST = 32_000;
/** As many as one process asks for; neighbours, whose ids follow each other, begin elsewhere. */
const PER_PROCESS = 200;

let next = FIRST + ((process.pid * PER_PROCESS) % (LAST - FIRST));

/**
 * A TCP port of 127.0.0.1 that nobody listens on, and that nobody else picks before its owner
 * listens, which may be seconds later: this process never names it twice, and others name others.
 */
export async function freePort(): Promise<number> {
  for (let tries = FIRST; tries < LAST; tries += 1) {
    const port = next;
    next = port + 1 < LAST ? port + 1 : FIRST;
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${FIRST} to ${LAST} is free.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    // Taken, or kept for others: the next one will do.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
