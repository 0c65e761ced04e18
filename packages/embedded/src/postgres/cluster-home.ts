import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { removeCopies } from './copy-binaries.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isWithinReach, makeRootsFolder } from './folder-access.ts';
import { findServerAccount, type ServerAccount } from './server-account.ts';

/** Root's data folders often lie where only root may enter; their clusters then lie below here. */
const durableBase = '/var/lib/bursar';

type Place = {
  readonly dataDir: string;
  readonly durable: boolean;
  readonly log: (line: string) => void;
};

/**
 * The folder that holds the cluster: the data folder itself (a real path), or, when the server's
 * account cannot enter that, a folder elsewhere that survives reboots. A pointer file in the data
 * folder then decides, so that deleting the data folder still means starting empty.
 */
export function findClusterHome(place: Place): string {
  const pointed = readPointer(place.dataDir);
  const account = findServerAccount(join(pointed ?? place.dataDir, 'postgres'));
  if (pointed !== null) {
    const adopted = adoptPointed(place, pointed, account);
    if (adopted !== null) return adopted;
  }
  if (isWithinReach(place.dataDir, account)) return place.dataDir;
  return makeRelocatedHome(place, account);
}

/** Follows the pointer, or answers null when the data folder must get a home of its own. */
function adoptPointed(place: Place, home: string, account: ServerAccount | null): string | null {
  if (account === null) {
    throw new EmbeddedPostgresError(
      `The database of ${place.dataDir} lies in ${home}, because root made it: start Bursar as root again, or remove ${pointerFile(place.dataDir)} to start with an empty database.`,
    );
  }
  if (!existsSync(home)) {
    if (!place.durable) return null;
    throw new EmbeddedPostgresError(
      `The database of ${place.dataDir} should lie in ${home}, which is gone: bring that folder back, or remove ${pointerFile(place.dataDir)} to start with an empty database.`,
    );
  }
  const owner = readFirstLine(join(home, 'data-folder.txt'));
  if (owner !== place.dataDir) {
    // Two servers on one cluster would destroy it, so a copied checkout never shares its original's.
    if (owner !== null && readPointer(owner) === home) {
      place.log(`${place.dataDir} is a copy of ${owner}: it starts with a database of its own.`);
      return null;
    }
    writeFileSync(join(home, 'data-folder.txt'), `${place.dataDir}\n`);
  }
  return home;
}

function makeRelocatedHome(place: Place, account: ServerAccount | null): string {
  const base = place.durable ? durableBase : join(tmpdir(), 'bursar-embedded');
  const hash = createHash('sha256').update(place.dataDir).digest('hex').slice(0, 16);
  const home = join(base, hash);
  makeRootsFolder(base);
  if (!place.durable) removeForgotten(base);
  if (existsSync(home)) setAside(place, home);
  makeRootsFolder(home);
  if (!isWithinReach(home, account)) {
    throw new EmbeddedPostgresError(
      `PostgreSQL may not run as root, and its own user can enter neither ${place.dataDir} nor ${home}: choose a folder that every user may enter with BURSAR_DATA_DIR, or start Bursar as an ordinary user.`,
    );
  }
  writeFileSync(join(home, 'data-folder.txt'), `${place.dataDir}\n`);
  writeFileSync(
    pointerFile(place.dataDir),
    `${home}\n\nThe PostgreSQL data of this folder lies at the path above: PostgreSQL may not run as root,\nand the user it runs as may not enter this folder. Removing this file means starting empty.\n`,
  );
  place.log(
    `The database lies in ${home}, because the user PostgreSQL runs as may not enter ${place.dataDir}.`,
  );
  return home;
}

/** What is left of an earlier data folder of the same name is somebody's data: durable ones are kept. */
function setAside(place: Place, home: string): void {
  if (!place.durable) {
    rmSync(home, { recursive: true });
    return;
  }
  const kept = `${home}.set-aside-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  removeCopies(home);
  renameSync(home, kept);
  place.log(
    `${place.dataDir} is new, so its database starts empty; what an earlier folder of that name held is kept in ${kept} until you delete it.`,
  );
}

/** Tests leave relocated clusters behind when they delete their data folders; nobody else clears them. */
function removeForgotten(base: string): void {
  for (const name of readdirSync(base)) {
    const owner = readFirstLine(join(base, name, 'data-folder.txt'));
    if (owner === null || existsSync(owner)) continue;
    try {
      rmSync(join(base, name), { recursive: true, force: true });
    } catch (error) {
      // A server that is still ending there, or another start that clears, too: the next one succeeds.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
    }
  }
}

function pointerFile(dataDir: string): string {
  return join(dataDir, 'postgres-location.txt');
}

function readPointer(dataDir: string): string | null {
  return readFirstLine(pointerFile(dataDir));
}

function readFirstLine(path: string): string | null {
  try {
    const line = readFileSync(path, 'utf8').split('\n', 1)[0]?.trim();
    return line === undefined || line === '' ? null : line;
  } catch (error) {
    // Asking for the file first would race with whoever clears the folder at the same time.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
