import { createHash } from 'node:crypto';
import type { Trusted } from '../transport/attempt.ts';

const CHECKSUM_CHARACTERS = 16;

/** One record on one line: checksum, space, JSON. JSON writes line breaks as escapes. */
export function toLine(record: unknown): string {
  const text = JSON.stringify(record);
  return `${checksum(text)} ${text}\n`;
}

/** What was read of a file of such lines. */
export interface Lines {
  records: Trusted[];
  /** Complete lines that are not as they were written. */
  damaged: string[];
}

/**
 * Reads lines back. A last line without its end was torn by a crash while it was written, before
 * anybody was told that it is safe; it is left out.
 */
export function readLines(text: string): Lines {
  const lines: Lines = { records: [], damaged: [] };
  for (const line of text.split('\n').slice(0, -1)) {
    const content = line.slice(CHECKSUM_CHARACTERS + 1);
    const sound = line.startsWith(`${checksum(content)} `);
    if (sound) lines.records.push(JSON.parse(content));
    else lines.damaged.push(line);
  }
  return lines;
}

const checksum = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, CHECKSUM_CHARACTERS);
