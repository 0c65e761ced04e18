import { open, truncate, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { CommandFailed } from '../command-failed.ts';
import { readLines } from './read-lines.ts';

/** What became of a line, as the result file tells it: one JSON object a line. */
export interface LineResult {
  line: number;
  idempotency_key: string | null;
  /** `accepted`: durable, its outcome unknown. With --wait: `applied` or `rejected`. */
  status: 'accepted' | 'applied' | 'rejected' | 'invalid';
  operation: string | null;
  replayed: boolean;
  error: { code: string; detail: string } | null;
}

export interface ResultFile {
  /** Resolves once they are in the file; lines of concurrent calls never mix. */
  write: (results: readonly LineResult[]) => Promise<void>;
  close: () => Promise<void>;
}

/** Opens a result file; `append` goes on after what it holds, else it is emptied. */
export async function openResultFile(path: string, append: boolean): Promise<ResultFile> {
  const file: FileHandle = await open(path, append ? 'a' : 'w').catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = missing ? 'there is no such folder' : String(error);
    throw new CommandFailed(
      `The results cannot be written to ${path}: ${reason}. Name another file by --results; nothing was sent.`,
      2,
    );
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    write(results) {
      const text = results.map((result) => `${JSON.stringify(result)}\n`).join('');
      const writing = last.then(() => file.appendFile(text));
      // Whoever wrote hears of a failure; those who come after try for themselves.
      last = writing.catch(() => undefined);
      return writing;
    },
    async close() {
      await last;
      await file.close();
    },
  };
}

const Known = z.object({
  line: z
    .int()
    .positive()
    .max(2 ** 31 - 1),
  status: z.string(),
});

/** A set of line numbers, at one bit each. */
export interface LineSet {
  has: (line: number) => boolean;
}

/**
 * The lines that a result file tells of, for an import that goes on. A last line that was cut off in
 * the middle is removed from the file; a file that is not there tells of none.
 *
 * @throws CommandFailed when the file holds anything else; it is left as it is then.
 */
export async function readDoneLines(path: string): Promise<LineSet> {
  const done = createLineSet();
  let whole = 0;
  let cutOff = false;
  for await (const { number, text, bytesRead } of missingAsEmpty(readLines(path))) {
    const line = lineIn(text);
    if (cutOff || (line === null && number === 1)) throw notResults(path, number);
    if (line === null) {
      cutOff = true;
    } else {
      done.add(line);
      whole = bytesRead;
    }
  }
  if (cutOff) await truncate(path, whole);
  return done;
}

function createLineSet() {
  let bits = new Uint8Array(1024);
  const has = (line: number): boolean => ((bits[line >> 3] ?? 0) & (1 << (line & 7))) !== 0;
  return {
    has,
    add(line: number): void {
      if (has(line)) return;
      const at = line >> 3;
      if (at >= bits.length) {
        const larger = new Uint8Array(Math.max(at + 1, bits.length * 2));
        larger.set(bits);
        bits = larger;
      }
      bits[at] = (bits[at] ?? 0) | (1 << (line & 7));
    },
  };
}

const notResults = (path: string, line: number): CommandFailed =>
  new CommandFailed(
    `${path} is not the result file of an import (line ${line}). Name another one by --results.`,
    2,
  );

function lineIn(text: string | null): number | null {
  try {
    return Known.parse(JSON.parse(text ?? '')).line;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

async function* missingAsEmpty<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
