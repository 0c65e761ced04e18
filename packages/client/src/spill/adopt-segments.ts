import { readdir, rename, rm, stat } from 'node:fs/promises';
import type { ClientLogger } from '../options.ts';
import { orNull } from './or-null.ts';
import { isAlive } from './owner.ts';
import { keepDamaged, readSegment } from './read-segment.ts';
import { ownerPath, readOwnerName, readSegmentName, segmentPath } from './segment-names.ts';
import { syncFolder } from './segment-writer.ts';

/** A segment of ours: written by this process, or taken over from one that ended. */
export interface Segment {
  id: string;
  path: string;
  records: number;
  bytes: number;
}

interface Adopter {
  dir: string;
  /** Who adopts. */
  me: string;
  account: string;
  logger: ClientLogger;
  /** Segments of other accounts that were told of already. */
  foreign: Set<string>;
}

/** Takes over the segments of processes that have ended, and removes their traces. */
export async function adoptSegments(adopter: Adopter): Promise<Segment[]> {
  const { dir, me } = adopter;
  const files = (await readdir(dir)).toSorted();
  const ended = new Map<string, boolean>();
  for (const name of files.map(readOwnerName)) {
    if (name === null || name === me) continue;
    ended.set(name, (await orNull(isAlive(ownerPath(dir, name)))) !== true);
  }
  const adopted: Segment[] = [];
  for (const file of files) {
    const name = readSegmentName(file);
    if (name === null || name.owner === me || ended.get(name.owner) === false) continue;
    const segment = await takeOver(adopter, segmentPath(dir, name), name.id);
    if (segment !== null) adopted.push(segment);
  }
  const left = new Set((await readdir(dir)).map((file) => readSegmentName(file)?.owner));
  for (const [owner, gone] of ended) {
    if (gone && !left.has(owner)) await rm(ownerPath(dir, owner), { force: true });
  }
  return adopted;
}

/** `null` when there is nothing to send: it is another account's, somebody else's by now, or empty. */
async function takeOver(adopter: Adopter, from: string, id: string): Promise<Segment | null> {
  const { dir, me, account, logger, foreign } = adopter;
  const before = await readSegment(from);
  if (before !== null && before.header !== null && before.header.account !== account) {
    if (!foreign.has(from)) logger.warn('A segment of another account is left alone', { from });
    foreign.add(from);
    return null;
  }
  const path = segmentPath(dir, { id, owner: me });
  // Of several processes that try, one succeeds; the others find nothing there.
  if ((await orNull(rename(from, path).then(() => true))) === null) return null;
  await syncFolder(dir);
  // Read again: its owner may have written until it lost the name.
  const content = await readSegment(path);
  if (content?.header?.account === account && content.charges.length > 0) {
    return { id, path, records: content.charges.length, bytes: (await stat(path)).size };
  }
  // Its writer died before the first charge, or nobody can tell whose these are.
  const lost = content?.charges.map((charge) => JSON.stringify(charge)) ?? [];
  await keepDamaged(dir, [...(content?.damaged ?? []), ...lost], logger);
  await rm(path, { force: true });
  return null;
}
