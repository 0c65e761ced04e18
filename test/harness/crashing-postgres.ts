import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@bursar/embedded/postgres';
import { createTestDatabase, type TestDatabase } from './ledger-database.ts';

/** A durable PostgreSQL of a test's own, to be taken down and brought back on the same port. */
export interface CrashingPostgres {
  readonly database: TestDatabase;
  /** Ends it without a checkpoint, as a crash would. */
  crash(): Promise<void>;
  comeBack(): Promise<void>;
  remove(): Promise<void>;
}

export async function startCrashingPostgres(): Promise<CrashingPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bursar-crash-'));
  const start = (port?: number): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir, durable: true, ...(port !== undefined && { port }) });
  let server = await start();
  const { port } = server;
  const database = await createTestDatabase({ url: server.url, template: 'bursar_template' });
  return {
    database,
    async crash() {
      const [pid] = readFileSync(join(server.clusterDir, 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      await server.ended;
    },
    async comeBack() {
      server = await start(port);
    },
    async remove() {
      await database.drop();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
