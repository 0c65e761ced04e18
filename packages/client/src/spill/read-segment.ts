import { readFile } from 'node:fs/promises';
import type { MeteredCharge } from '../meter/metered-charge.ts';
import type { ClientLogger } from '../options.ts';
import { appendLog } from './append-log.ts';
import { orNull } from './or-null.ts';
import { readLines } from './record-line.ts';
import { damagedPath } from './segment-names.ts';

/** The first line of a segment. */
export interface Header {
  bursar_spill: 1;
  account: string;
}

export interface SegmentContent {
  /** `null`: it was torn or changed, so nobody knows whose charges these are. */
  header: Header | null;
  charges: MeteredCharge[];
  damaged: string[];
}

/** `null` when the file is not there. */
export async function readSegment(path: string): Promise<SegmentContent | null> {
  const text = await orNull(readFile(path, 'utf8'));
  if (text === null) return null;
  const { records, damaged } = readLines(text);
  const [first] = records;
  return {
    header: isHeader(first) ? first : null,
    charges: records.filter((record) => !isHeader(record)),
    damaged,
  };
}

const isHeader = (record: unknown): record is Header =>
  typeof record === 'object' && record !== null && 'bursar_spill' in record;

/** Keeps lines that cannot be sent where people find them. */
export async function keepDamaged(
  dir: string,
  lines: readonly string[],
  logger: ClientLogger,
): Promise<void> {
  if (lines.length === 0) return;
  await appendLog(damagedPath(dir), lines);
  logger.warn('Lines of a segment could not be read; they are in damaged.ndjson now', {
    dir,
    lines: lines.length,
  });
}
