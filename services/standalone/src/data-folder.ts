import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Ends the start with one sentence that says what to do. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}

export interface KeptSecrets {
  /** Root of every derived key: API key hashes, operation ids, cursors. */
  secret: string;
  operatorKey: string;
}

/** Makes the folder, and says plainly when it cannot be used. */
export function openDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CannotStart(
      `The data folder ${path} cannot be used (${reason}); make it readable and writable for this user, or set BURSAR_DATA_DIR to another folder.`,
    );
  }
}

/** Two starts on one folder would fight over the same database; the second one is refused. */
export function claimDataFolder(path: string): () => void {
  const file = join(path, 'standalone.pid');
  const other = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (other > 0 && other !== process.pid && isStandalone(other)) {
    throw new CannotStart(
      `Bursar already runs on ${path} (process ${other}); stop it first, or set BURSAR_DATA_DIR and PORT for a second one.`,
    );
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

/** A process id may have been given to somebody else since; its command line tells. */
function isStandalone(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('standalone');
}

/** What must stay the same over restarts: made once, readable by this user only. */
export function keepSecrets(path: string, given: Partial<KeptSecrets>): KeptSecrets {
  const file = join(path, 'secrets.json');
  const kept: Partial<KeptSecrets> = existsSync(file) ? parseSecrets(file) : {};
  const secrets = {
    secret: kept.secret ?? randomBytes(32).toString('hex'),
    operatorKey: kept.operatorKey ?? `bsk_${randomBytes(32).toString('base64url')}`,
  };
  if (kept.secret === undefined || kept.operatorKey === undefined) writePrivate(file, secrets);
  return { ...secrets, ...given };
}

function parseSecrets(file: string): Partial<KeptSecrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<KeptSecrets>;
  } catch (error) {
    throw new CannotStart(
      `The file ${file} cannot be read (${error instanceof Error ? error.message : String(error)}); restore it from a backup: without it no API key works.`,
    );
  }
}

/** When the demo was first shown here. */
export function keepDemoStart(path: string): Date {
  const file = join(path, 'demo.json');
  if (!existsSync(file)) writePrivate(file, { since: new Date().toISOString() });
  const { since } = JSON.parse(readFileSync(file, 'utf8')) as { since: string };
  return new Date(since);
}

/** Where the command line finds what runs here. */
export function writeRuntime(path: string, runtime: Record<string, unknown>): () => void {
  const file = join(path, 'runtime.json');
  writePrivate(file, runtime);
  return () => rmSync(file, { force: true });
}

function writePrivate(file: string, content: unknown): void {
  const draft = `${file}.new`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
