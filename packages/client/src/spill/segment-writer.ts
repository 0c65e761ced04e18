import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only grows. */
export interface SegmentWriter {
  readonly path: string;
  readonly bytes: number;
  /**
   * Writes and syncs. `false`: another process took the file over meanwhile, so it may have read it
   * before this was in it. After an error the file must not be written to any more.
   */
  append(text: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Creates a segment that begins with `header`; its name survives a crash, too. */
export async function createSegment(path: string, header: string): Promise<SegmentWriter> {
  const handle = await open(path, 'ax', 0o600);
  try {
    await handle.appendFile(header);
    await handle.sync();
    await syncFolder(dirname(path));
    return writerOf(handle, path, header);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function writerOf(handle: FileHandle, path: string, header: string): Promise<SegmentWriter> {
  const { ino } = await handle.stat({ bigint: true });
  let bytes = Buffer.byteLength(header);
  return {
    path,
    get bytes() {
      return bytes;
    },
    async append(text) {
      await handle.appendFile(text);
      await handle.datasync();
      bytes += Buffer.byteLength(text);
      // Still under our name after the sync: whoever takes it over from now on reads this, too.
      return (await inodeOf(path)) === ino;
    },
    close: () => handle.close(),
  };
}

/** Writes a whole segment before it returns. */
export function createSegmentNow(path: string, text: string): void {
  const file = openSync(path, 'ax', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A name is safe when its folder is; some systems cannot sync folders and need not. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function inodeOf(path: string): Promise<bigint | null> {
  try {
    return (await stat(path, { bigint: true })).ino;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return null;
    throw error;
  }
}
