import { createReadStream } from 'node:fs';

/** One line of a file; `text` is null when the line is longer than any charge can be. */
export interface Line {
  /** From 1. */
  number: number;
  text: string | null;
  /** Where in the file it ends. */
  bytesRead: number;
}

/** A charge with every text as long as it may be, in JSON escapes. */
export const LINE_BYTES_MAX = 128 * 1024;

const NEWLINE = 0x0a;

/** Reads a file line by line; holds no more of it than one chunk and one line. */
export async function* readLines(path: string): AsyncGenerator<Line> {
  let number = 0;
  let bytesRead = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;

  const line = (end: Buffer): Line => {
    number += 1;
    const bytes = heldBytes + end.length;
    const text = bytes > LINE_BYTES_MAX ? null : Buffer.concat([...held, end]).toString('utf8');
    held = [];
    heldBytes = 0;
    return { number, text: text?.replace(/^\uFEFF/, '').replace(/\r$/, '') ?? null, bytesRead };
  };

  for await (const chunk of createReadStream(path)) {
    const buffer: Buffer = chunk;
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end >= 0; end = buffer.indexOf(NEWLINE, start)) {
      bytesRead += end + 1 - start;
      yield line(buffer.subarray(start, end));
      start = end + 1;
    }
    const rest = buffer.subarray(start);
    bytesRead += rest.length;
    heldBytes += rest.length;
    // Of a line that is too long only its length is kept.
    if (heldBytes <= LINE_BYTES_MAX) held.push(rest);
    else held = [];
  }
  if (heldBytes > 0) yield line(Buffer.alloc(0));
}
