import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkSchema, migrate, SchemaError } from '../src/administration.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';

const FOLDER = join(import.meta.dirname, '../migrations');

describe('landed migrations', () => {
  test('are frozen: a changed file is a new migration that was not written', () => {
    const landed = readFileSync(join(FOLDER, 'checksums.txt'), 'utf8').trim().split('\n');
    const present = readdirSync(FOLDER)
      .filter((name) => name.endsWith('.sql'))
      .toSorted()
      .map((name) => {
        const text = readFileSync(join(FOLDER, name));
        return `${createHash('sha256').update(text).digest('hex')}  ${name}`;
      });
    expect(present).toEqual(landed);
  });
});

describe('migrating', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('twice, and from several places at once, changes nothing the second time', async () => {
    const reports = await Promise.all([migrate(database.db), migrate(database.db)]);
    expect(reports).toEqual([
      { applied: [], functionsReplaced: false },
      { applied: [], functionsReplaced: false },
    ]);
    await expect(checkSchema(database.db)).resolves.toBeUndefined();
  });

  test('is refused when an applied migration was edited', async () => {
    await database.db`update public.bursar_migrations set checksum = 'x' where name = '0001_directory.sql'`;
    await expect(migrate(database.db)).rejects.toThrow(/0001_directory.sql was changed after/);
    await expect(checkSchema(database.db)).rejects.toThrow(SchemaError);
    await database.db`delete from public.bursar_migrations`;
    await expect(migrate(database.db)).rejects.toThrow(/already exists/);
  });

  test('is refused by a version older than the database', async () => {
    const other = await createTestDatabase();
    await other.db`insert into public.bursar_migrations (name, checksum) values ('9999_future.sql', 'x')`;
    await expect(migrate(other.db)).rejects.toThrow(/Start a newer version/);
    await other.drop();
  });
});
