import { join } from 'node:path';

/** Who owns a segment is part of its name, so taking one over is a rename, which only one can win. */
export interface SegmentName {
  id: string;
  owner: string;
}

const SEGMENT = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.segment\.ndjson$/;
const OWNER = /^([0-9a-f-]{36})\.owner\.json$/;

export const segmentPath = (dir: string, { id, owner }: SegmentName): string =>
  join(dir, `${id}.${owner}.segment.ndjson`);

export const ownerPath = (dir: string, owner: string): string => join(dir, `${owner}.owner.json`);

/** Refused charges of everybody who used the folder. */
export const rejectedPath = (dir: string): string => join(dir, 'rejected.ndjson');

/** Lines that could not be read any more, as they were found. */
export const damagedPath = (dir: string): string => join(dir, 'damaged.ndjson');

export function readSegmentName(file: string): SegmentName | null {
  const [, id, owner] = SEGMENT.exec(file) ?? [];
  return id === undefined || owner === undefined ? null : { id, owner };
}

export const readOwnerName = (file: string): string | null => OWNER.exec(file)?.[1] ?? null;
