import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { CannotStart, codeOf, reasonOf } from '../cannot-start.ts';

/** Makes the folder, and says plainly when it cannot be used. */
export function openDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CannotStart(
      `The data folder ${path} cannot be used (${reasonOf(error)}); make it a folder that this user may read and write, or set BURSAR_DATA_DIR to another one.`,
    );
  }
}

/**
 * What an earlier run kept, or null when there is no such file. A file that says something else is
 * never replaced: `loss` tells what would be lost.
 */
export function readKept<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  loss: string,
): z.output<Schema> | null {
  if (!existsSync(file)) return null;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (codeOf(error) !== '') {
      throw new CannotStart(
        `The file ${file} cannot be read (${reasonOf(error)}); start as the user who made it, or set BURSAR_DATA_DIR to another folder.`,
      );
    }
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new CannotStart(`The file ${file} is damaged; ${loss}.`);
}

/** Replaces the file as a whole, readable by this user only; survives a power cut. */
export function keepPrivate(file: string, content: unknown): void {
  const draft = `${file}.new`;
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
}

/** Where the command line finds what runs here. */
export function writeRuntime(path: string, runtime: Record<string, unknown>): () => void {
  const file = join(path, 'runtime.json');
  keepPrivate(file, runtime);
  return () => rmSync(file, { force: true });
}
