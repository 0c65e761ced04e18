import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';

import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { ServerAccount } from './server-account.ts';

/** Throws a sentence about `what` unless this process can list, read and write the folder. */
export function assertFolderUsable(what: string, path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw EmbeddedPostgresError.forFolder(what, path, cause);
  }
  if (!statSync(path).isDirectory()) {
    throw EmbeddedPostgresError.forFolder(
      what,
      path,
      Object.assign(new Error(), { code: 'ENOTDIR' }),
    );
  }
}

/**
 * True when the server's account can walk down to `path` and enter (folder) or run (file) it.
 * The kernel is asked by a process of that account, since modes alone miss ACLs and mounts.
 */
export function isWithinReach(path: string, account: ServerAccount | null): boolean {
  if (account === null) return true;
  const probe = spawnSync('/bin/sh', ['-c', '[ -x "$1" ]', 'sh', path], {
    ...account,
    cwd: '/',
    env: {},
    timeout: 5_000,
  });
  return probe.status === 0;
}

/** Enterable by all, writable by root alone, so that no other user can plant files for the server. */
export function makeRootsFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o711);
  } catch (cause) {
    throw EmbeddedPostgresError.forFolder('database folder', path, cause);
  }
  if (statSync(path).uid !== 0) {
    throw new EmbeddedPostgresError(
      `The folder ${path} must belong to root but does not: remove it and start again.`,
    );
  }
}
