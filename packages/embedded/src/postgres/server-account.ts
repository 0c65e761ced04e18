import { readFileSync, statSync } from 'node:fs';

import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** The user that the server's processes run as when this process is root. */
export type ServerAccount = { readonly uid: number; readonly gid: number };

/**
 * PostgreSQL refuses to run as root. Root therefore lends it the account that owns the cluster, so
 * that data made by an ordinary user stays theirs after one start with sudo, and `nobody` otherwise.
 * Null when this process is not root: the server then simply runs as the same user.
 */
export function findServerAccount(clusterDir: string): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return nobody();
}

/** initdb looks its user up by name, so a number without an entry in the user list would not do. */
export function nobody(): ServerAccount {
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (entry === null) {
    throw new EmbeddedPostgresError(
      'PostgreSQL may not run as root and this machine has no user "nobody" to run it as: start Bursar as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}
