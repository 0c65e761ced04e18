import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** A fixed port as it is; else the one of the last start while it is free; else one the system picks. */
export async function choosePort(choice: {
  readonly dataDir: string;
  readonly fixed: number | undefined;
  readonly log: (line: string) => void;
}): Promise<number> {
  if (choice.fixed !== undefined) {
    if ((await bind(choice.fixed)) !== null) return choice.fixed;
    throw new EmbeddedPostgresError(
      `Port ${choice.fixed} is taken by another program: stop that program, or choose another port for the database.`,
      { passing: true },
    );
  }
  const remembered = readRemembered(choice.dataDir);
  if (remembered !== null && (await bind(remembered)) !== null) return remembered;
  const free = await bind(0);
  if (free === null) {
    throw new EmbeddedPostgresError(
      'No TCP port is free on 127.0.0.1: stop some programs and start again.',
      { passing: true },
    );
  }
  if (remembered !== null) {
    choice.log(`Port ${remembered} is taken by another program, so the database moves to ${free}.`);
  }
  return free;
}

/** Keeps the port for the next start, so that saved connections of other tools stay valid. */
export function rememberPort(dataDir: string, port: number): void {
  if (readRemembered(dataDir) !== port) writeFileSync(portFile(dataDir), `${port}\n`);
}

function readRemembered(dataDir: string): number | null {
  if (!existsSync(portFile(dataDir))) return null;
  const port = Number(readFileSync(portFile(dataDir), 'utf8'));
  return Number.isInteger(port) && port >= 1024 && port <= 65_535 ? port : null;
}

function portFile(dataDir: string): string {
  return join(dataDir, 'postgres.port');
}

/** The port that could be bound, released again at once; null when it is taken. */
function bind(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      const bound = address !== null && typeof address === 'object' ? address.port : null;
      probe.close(() => resolve(bound));
    });
  });
}
