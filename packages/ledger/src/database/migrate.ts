import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { PARTITIONS_AHEAD } from '../history/partitions.ts';
import type { Database, LedgerTransaction } from './connect.ts';

const MIGRATIONS = new URL('../../migrations/', import.meta.url);
const SOURCES = new URL('../', import.meta.url);
/** Arbitrary, but the same for every process that migrates. */
const MIGRATION_LOCK = 7_305_117_411n;

export interface MigrationReport {
  applied: string[];
  functionsReplaced: boolean;
}

export class SchemaError extends Error {
  override name = 'SchemaError';
}

interface SourceFile {
  name: string;
  text: string;
  checksum: string;
}

/**
 * Brings the schema up to date in one transaction: numbered migrations that were not applied yet,
 * then every SQL function when any of their files changed. Safe to run from many processes at once.
 *
 * @throws SchemaError when a migration that was applied has been edited since, or the database is
 * ahead of this code.
 */
export async function migrate(db: Database): Promise<MigrationReport> {
  const migrations = await readMigrations();
  const functions = await readFunctions();
  return db.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
    await tx`create table if not exists public.bursar_migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`;
    const applied = await applyMigrations(tx, migrations);
    const functionsReplaced = await replaceFunctions(tx, functions);
    await tx`select bursar.make_partitions(${PARTITIONS_AHEAD}::integer)`;
    return { applied, functionsReplaced };
  });
}

/** Refuses to go on when the schema is not exactly what this code expects. Services call it at boot. */
export async function checkSchema(db: Database): Promise<void> {
  const known = await db<{ present: boolean }[]>`
    select to_regclass('public.bursar_migrations') is not null as present`;
  if (!known[0]?.present)
    throw new SchemaError('The database is empty. Run `bursar migrate` first.');
  const rows = await db<{ name: string; checksum: string }[]>`
    select name, checksum from public.bursar_migrations`;
  const stored = new Map(rows.map((row) => [row.name, row.checksum]));
  const expected = [...(await readMigrations()), functionsRow(await readFunctions())];
  const missing = expected.filter((file) => stored.get(file.name) !== file.checksum);
  if (missing.length > 0) {
    throw new SchemaError(
      `The database schema differs from this version in ${missing.map((file) => file.name).join(', ')}. Run \`bursar migrate\`.`,
    );
  }
}

async function applyMigrations(tx: LedgerTransaction, files: SourceFile[]): Promise<string[]> {
  const rows = await tx<{ name: string; checksum: string }[]>`
    select name, checksum from public.bursar_migrations where name <> 'functions'`;
  const stored = new Map(rows.map((row) => [row.name, row.checksum]));
  const names = new Set(files.map((file) => file.name));
  const ahead = rows.filter((row) => !names.has(row.name));
  if (ahead.length > 0) {
    throw new SchemaError(
      `The database has migrations that this version does not know (${ahead.map((row) => row.name).join(', ')}). Start a newer version.`,
    );
  }
  const applied: string[] = [];
  for (const file of files) {
    const checksum = stored.get(file.name);
    if (checksum === file.checksum) continue;
    if (checksum !== undefined) {
      throw new SchemaError(
        `The migration ${file.name} was changed after it had been applied. Restore it and write a new migration instead.`,
      );
    }
    await tx.unsafe(file.text);
    await tx`insert into public.bursar_migrations (name, checksum) values (${file.name}, ${file.checksum})`;
    applied.push(file.name);
  }
  return applied;
}

async function replaceFunctions(tx: LedgerTransaction, files: SourceFile[]): Promise<boolean> {
  const row = functionsRow(files);
  const stored = await tx<{ checksum: string }[]>`
    select checksum from public.bursar_migrations where name = ${row.name}`;
  if (stored[0]?.checksum === row.checksum) return false;
  await dropFunctions(tx);
  // Bodies may name functions of files that come later.
  await tx`set local check_function_bodies = off`;
  for (const file of files) await tx.unsafe(file.text);
  await tx`insert into public.bursar_migrations (name, checksum) values (${row.name}, ${row.checksum})
    on conflict (name) do update set checksum = excluded.checksum, applied_at = now()`;
  return true;
}

/**
 * Functions hold no data, so they are dropped and made anew; a removed file leaves nothing behind. All
 * are named before the first goes: what goes with another one has no name any more when its turn comes.
 */
async function dropFunctions(tx: LedgerTransaction): Promise<void> {
  await tx.unsafe(`
    do $$
    declare v_statements text[]; v_one text;
    begin
      select array_agg(format('drop %s if exists %s cascade',
        case when p.prokind = 'a' then 'aggregate' else 'function' end, p.oid::regprocedure)
        order by p.prokind = 'a' desc)
      into v_statements
      from pg_proc p
      where p.pronamespace = 'bursar'::regnamespace;
      foreach v_one in array coalesce(v_statements, '{}') loop
        execute v_one;
      end loop;
      select array_agg(format('drop type if exists %s cascade', t.oid::regtype))
      into v_statements
      from pg_type t join pg_class c on c.oid = t.typrelid
      where t.typnamespace = 'bursar'::regnamespace and c.relkind = 'c';
      foreach v_one in array coalesce(v_statements, '{}') loop
        execute v_one;
      end loop;
    end $$`);
}

const functionsRow = (files: SourceFile[]): SourceFile => ({
  name: 'functions',
  text: '',
  checksum: createHash('sha256')
    .update(files.map((file) => file.checksum).join())
    .digest('hex'),
});

async function readMigrations(): Promise<SourceFile[]> {
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(names.map((name) => readSource(new URL(name, MIGRATIONS), name)));
}

/** Function files live beside the code that calls them; `posting` holds what the others build on. */
async function readFunctions(): Promise<SourceFile[]> {
  const names = (await readdir(SOURCES, { recursive: true }))
    .filter((name) => name.endsWith('.sql'))
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Promise.all(names.map((name) => readSource(new URL(name, SOURCES), name)));
}

const rank = (name: string): number =>
  name.startsWith('posting/') ? 0 : name.startsWith('roles/') ? 2 : 1;

async function readSource(url: URL, name: string): Promise<SourceFile> {
  const text = await readFile(url, 'utf8');
  return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
}
