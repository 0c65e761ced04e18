// Run as a process of its own: starts a database on the folder named by the first argument, prints
// one line of JSON about it, and proves on SIGINT that the signal did not reach the database.
import { stdout } from 'node:process';

import connect from 'postgres';

import { EmbeddedPostgresError, startEmbeddedPostgres } from '../src/postgres.ts';

const dataDir = process.argv[2] ?? '';

function say(fact: Record<string, unknown>): void {
  stdout.write(`${JSON.stringify(fact)}\n`);
}

try {
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  process.once('SIGINT', () => {
    const sql = connect(server.url, { max: 1 });
    sql`select 1 as one`
      .then(() => say({ answered: true }))
      .catch((error: unknown) => say({ answered: String(error) }))
      .then(() => sql.end())
      .then(() => server.stop())
      .catch((error: unknown) => say({ failed: String(error) }));
  });
  say({ url: server.url, clusterDir: server.clusterDir });
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  say({ refused: error.message });
}
