import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { makeRootsFolder } from './folder-access.ts';

const prefix = 'postgres-binaries-';

/**
 * Copies a PostgreSQL installation (60 MB, 0.2 s) to a folder that the server's account can enter,
 * once per version of it, and answers that folder. Needed when root's checkout is closed to others.
 */
export function copyWithinReach(
  native: string,
  place: { readonly home: string; readonly durable: boolean },
): string {
  // Tests make many short-lived homes, so they share one copy; durable data brings its own along.
  const base = place.durable ? place.home : join(tmpdir(), 'bursar-embedded');
  if (!place.durable) makeRootsFolder(base);
  const source = statSync(join(native, 'bin', 'postgres'));
  // The number of libraries changes when missing links are mended, which makes an older copy stale.
  const libraries = readdirSync(join(native, 'lib')).length;
  const version = `${source.size}-${Math.trunc(source.mtimeMs)}-${libraries}`;
  const copy = join(base, `${prefix}${version}`);
  if (existsSync(copy)) return copy;
  if (place.durable) removeCopies(base);
  const partial = `${copy}.partial-${process.pid}`;
  try {
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    // A checkout made under a strict umask is closed file by file, not only at its top.
    spawnSync('chmod', ['-R', 'a+rX', partial], { timeout: 30_000 });
    renameSync(partial, copy);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    // Another start may have finished the same copy first; renaming onto it is refused.
    if (!existsSync(copy)) throw EmbeddedPostgresError.forFolder('folder', base, cause);
  }
  return copy;
}

/** Frees what an older version, or a cluster that is set aside, no longer needs. */
export function removeCopies(base: string): void {
  for (const name of readdirSync(base)) {
    if (name.startsWith(prefix)) rmSync(join(base, name), { recursive: true, force: true });
  }
}
