import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@bursar/embedded/postgres';
import { connectDatabase, type Database } from '@bursar/ledger/administration';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

/** As `npm start` leaves its data folder: an empty database in a server that does not run. */
describe('bursar on the data folder of a stopped installation', () => {
  let dataDir: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'bursar-cli-'));
    chmodSync(dataDir, 0o755);
    writeFileSync(join(dataDir, 'secrets.json'), '{}');
    env = { BURSAR_DATA_DIR: dataDir };
    await whileRunning(async (db) => {
      await db`create database bursar`;
    });
  });
  const whileRunning = async (work: (db: Database, url: string) => Promise<void>) => {
    const server = await startEmbeddedPostgres({ dataDir, durable: true });
    const db = connectDatabase({ url: server.url, role: 'owner', max: 1 });
    try {
      await work(db, server.url.replace(/postgres$/, 'bursar'));
    } finally {
      await db.end();
      await server.stop();
    }
  };
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('doctor names the command that mends an empty database', async () => {
    const run = await runCli(['doctor', '--json'], env);
    expect(run.exitCode).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject([
      { part: 'Node', ok: true },
      { part: 'database', ok: true },
      { part: 'schema', ok: false, mend: 'node services/cli/src/main.ts migrate' },
    ]);
  });

  it('migrate makes the schema, and a second time changes nothing', () =>
    whileRunning(async (_db, url) => {
      const first = await runCli(['migrate'], { DATABASE_URL: url });
      expect(first).toMatchObject({ exitCode: 0, stderr: '' });
      expect(first.stdout).toMatch(/^Applied 0001_directory\.sql, .*the functions\.\n$/);
      const second = await runCli(['migrate'], { DATABASE_URL: url });
      expect(second).toMatchObject({ exitCode: 0, stdout: 'The database was up to date.\n' });
    }));

  it('audit and doctor start its database for as long as they take', async () => {
    expect((await runCli(['audit', '--quiet'], env)).exitCode).toBe(0);
    expect((await runCli(['doctor', '--quiet'], env)).exitCode).toBe(0);
  });

  it('a runtime file left behind by a killed start is not believed', async () => {
    const runtime = { databaseUrl: 'postgres://127.0.0.1:1/bursar', redisUrl: null, pid: 2 ** 30 };
    writeFileSync(join(dataDir, 'runtime.json'), JSON.stringify(runtime));
    expect((await runCli(['audit', '--quiet'], env)).exitCode).toBe(0);
  });
});
