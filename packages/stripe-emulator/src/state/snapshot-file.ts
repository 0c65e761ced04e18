import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Snapshot } from './state.ts';

/**
 * Keeps a data file up to date. Each write goes to a temporary file that is then renamed, so a
 * kill at any moment leaves a whole snapshot. Whoever must not run ahead of the file (an answer, a
 * webhook) awaits `written()`; changes that arrive during a write share the next one.
 */
export class SnapshotFile {
  readonly #path: string | undefined;
  readonly #take: () => object;
  #isDirty = false;
  #writing: Promise<void> | undefined;

  constructor(path: string | undefined, take: () => object) {
    this.#path = path;
    this.#take = take;
  }

  markChanged(): void {
    this.#isDirty = true;
  }

  /** Resolves when everything changed so far is in the file; rejects when it cannot be written. */
  async written(): Promise<void> {
    if (this.#path === undefined) return;
    while (this.#writing ?? this.#isDirty) {
      this.#writing ??= this.#write(this.#path).finally(() => (this.#writing = undefined));
      await this.#writing;
    }
  }

  async #write(path: string): Promise<void> {
    // One turn of the event loop lets the requests that arrived together share one write.
    await new Promise((resolve) => setImmediate(resolve));
    const text = JSON.stringify(this.#take());
    this.#isDirty = false;
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      this.#isDirty = true;
      throw error;
    }
  }
}

/** Reads the data file; undefined when there is none yet. */
export async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file; State.load checks its format
    return JSON.parse(text) as Snapshot;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`The emulator cannot read ${path}: mend or remove it.`, { cause: error });
  }
}
