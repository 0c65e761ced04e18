import { accessSync, chmodSync, chownSync, constants, cpSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import connect from 'postgres';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { startEmbeddedPostgres } from '../src/postgres.ts';
import { isWithinReach } from '../src/postgres/folder-access.ts';
import { nobody } from '../src/postgres/server-account.ts';
import { runPostgres } from './child-process.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;
const checkout = fileURLToPath(new URL('.', import.meta.url));
/** Root can play an ordinary user only where that user may enter the checkout. */
const canBeNobody =
  isRoot && isWithinReach(process.execPath, nobody()) && isWithinReach(checkout, nobody());

let dataDir: string;
let said: string[];

beforeEach(() => {
  dataDir = makeFolder();
  said = [];
});

afterEach(() => removeFolder(dataDir));

function log(line: string): void {
  said.push(line);
}

/** One run on the folder: notes the word if given, and answers all words noted so far. */
async function note(
  folder: string,
  word?: string,
): Promise<{ words: string[]; clusterDir: string }> {
  const server = await startEmbeddedPostgres({ dataDir: folder, durable: false, log });
  const sql = connect(server.url, { max: 1, onnotice: () => {} });
  try {
    await sql`create table if not exists notes (word text)`;
    if (word !== undefined) await sql`insert into notes (word) values (${word})`;
    const rows = await sql<{ word: string }[]>`select word from notes`;
    return { words: rows.map((row) => row.word), clusterDir: server.clusterDir };
  } finally {
    await sql.end();
    await server.stop();
  }
}

describe.runIf(isRoot)('started by root', () => {
  test('the server runs as the user that owns the cluster, and nobody else may read it', async () => {
    const { clusterDir } = await note(dataDir);
    const { uid, mode } = statSync(clusterDir);
    expect({ uid, mode: mode & 0o777 }).toEqual({ uid: nobody().uid, mode: 0o700 });
  });

  test('a data folder closed to others keeps its database elsewhere, over restarts', async () => {
    chmodSync(dataDir, 0o700);
    const first = await note(dataDir, 'one');
    expect(dirname(dirname(first.clusterDir))).not.toBe(dataDir);
    expect(said).toEqual([
      expect.stringContaining(`The database lies in ${dirname(first.clusterDir)}`),
    ]);
    expect(await note(dataDir, 'two')).toEqual({
      words: ['one', 'two'],
      clusterDir: first.clusterDir,
    });
    expect(said).toHaveLength(1);
  });

  test('a closed data folder that was deleted starts empty when made again', async () => {
    chmodSync(dataDir, 0o700);
    await note(dataDir, 'one');
    rmSync(join(dataDir, 'postgres-location.txt'));
    expect((await note(dataDir, 'two')).words).toEqual(['two']);
  });

  test('a copy of a closed data folder never shares the database of its original', async () => {
    chmodSync(dataDir, 0o700);
    const original = await note(dataDir, 'one');
    const copy = makeFolder();
    try {
      cpSync(dataDir, copy, { recursive: true });
      chmodSync(copy, 0o700);
      const copied = await note(copy, 'two');
      expect(copied.clusterDir).not.toBe(original.clusterDir);
      expect(copied.words).toEqual(['two']);
    } finally {
      removeFolder(copy);
    }
  });

  test('a cluster copied by root, and thereby owned by root, is handed back to the server', async () => {
    const { clusterDir } = await note(dataDir, 'one');
    chownSync(clusterDir, 0, 0);
    expect((await note(dataDir)).words).toEqual(['one']);
  });
});

describe.runIf(canBeNobody)('started by an ordinary user', () => {
  test('a folder of their own works, and root may start on it later without taking it away', async () => {
    const account = nobody();
    chownSync(dataDir, account.uid, account.gid);
    chmodSync(dataDir, 0o700);
    const child = runPostgres(dataDir, { asNobody: true });
    const { clusterDir } = await child.next();
    child.process.kill('SIGINT');
    expect(await child.next()).toEqual({ answered: true });
    await vi.waitUntil(() => child.process.exitCode !== null, { timeout: 60_000 });
    expect(clusterDir).toBe(join(dataDir, 'postgres'));
    expect((await note(dataDir, 'one')).clusterDir).toBe(clusterDir);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(account.uid);
  });

  test('a folder that may not be entered is refused with one sentence that says what to do', async () => {
    chmodSync(dataDir, 0o700);
    expect(() => accessSync(dataDir, constants.R_OK)).not.toThrow();
    expect(await runPostgres(dataDir, { asNobody: true }).next()).toEqual({
      refused: `The data folder ${dataDir} cannot be used, because the user nobody may not read and write it (EACCES): give it to that user with chown, or choose another folder with BURSAR_DATA_DIR.`,
    });
  });
});
