import { mkdirSync, writeFileSync } from 'node:fs';
import { rm, utimes } from 'node:fs/promises';
import type { ClientLogger } from '../options.ts';
import { newIdempotencyKey } from '../transport/idempotency-key.ts';
import { letGo } from '../transport/pause.ts';
import type { MeteredCharge } from '../meter/metered-charge.ts';
import type { Spill, SpilledPart, SpillPlace } from '../meter/spill.ts';
import { adoptSegments, type Segment } from './adopt-segments.ts';
import { appendLog } from './append-log.ts';
import { orNull } from './or-null.ts';
import { BEAT_MS, thisProcess } from './owner.ts';
import { keepDamaged, readSegment, type Header } from './read-segment.ts';
import { toLine } from './record-line.ts';
import { ownerPath, rejectedPath, segmentPath } from './segment-names.ts';
import { createSegment, createSegmentNow, type SegmentWriter } from './segment-writer.ts';

/** About one batch; a crash makes at most so many be sent a second time, under the same keys. */
const SEGMENT_RECORDS = 1_000;
const SEGMENT_BYTES = 4 * 1024 * 1024;

/** Opens a folder of segments. Throws when it cannot be made or written to. */
export function openSpill({ dir, account }: SpillPlace, logger: ClientLogger): Spill {
  const me = newIdempotencyKey();
  const header: Header = { bursar_spill: 1, account };
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Before any segment: a segment whose owner is unknown counts as left behind.
  writeFileSync(ownerPath(dir, me), JSON.stringify(thisProcess()), { mode: 0o600 });
  const beat = setInterval(() => void showLife(ownerPath(dir, me)), BEAT_MS);
  letGo(beat);

  /** In the order in which they are sent; the one that is written to is the last. */
  let segments: Segment[] = [];
  let writer: { to: SegmentWriter; segment: Segment } | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const foreign = new Set<string>();

  /** One at a time: appending, sealing and taking over change the same list. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  const newSegment = (): Segment => {
    const id = newIdempotencyKey();
    return { id, path: segmentPath(dir, { id, owner: me }), records: 0, bytes: 0 };
  };

  async function seal(): Promise<void> {
    const sealed = writer;
    writer = null;
    await sealed?.to.close();
  }

  async function append(charges: readonly MeteredCharge[]): Promise<void> {
    const text = charges.map(toLine).join('');
    if (writer !== null && isFull(writer.segment)) await seal();
    if (writer === null) {
      const segment = newSegment();
      const to = await createSegment(segment.path, toLine(header));
      segments.push(segment);
      writer = { to, segment };
    }
    const { to, segment } = writer;
    try {
      const ours = await to.append(text);
      segment.records += charges.length;
      segment.bytes = to.bytes;
      if (ours) return;
    } catch (error) {
      // It may end in half a line now; what follows must not be glued to it.
      await seal();
      throw error;
    }
    // Somebody thought this process had ended. What they may not have read is written again.
    await seal();
    segments = segments.filter((one) => one !== segment);
    await append(charges);
  }

  async function next(): Promise<SpilledPart | null> {
    for (;;) {
      const [oldest] = segments;
      if (oldest === undefined) return null;
      if (writer?.segment === oldest) {
        if (oldest.records === 0) return null;
        await seal();
      }
      const read = await readSegment(oldest.path);
      // Gone: somebody who thought that this process had ended took it over.
      if (read === null) forget(oldest);
      else {
        await keepDamaged(dir, read.damaged, logger);
        if (read.charges.length > 0) {
          return { charges: read.charges, done: () => inTurn(() => finish(oldest)) };
        }
        await finish(oldest);
      }
    }
  }

  const forget = (segment: Segment): void => {
    segments = segments.filter((one) => one !== segment);
  };

  async function finish(segment: Segment): Promise<void> {
    await rm(segment.path, { force: true });
    forget(segment);
  }

  async function adopt(): Promise<void> {
    const adopted = await adoptSegments({ dir, me, account, logger, foreign });
    const all = [...segments, ...adopted];
    segments = all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  return {
    get records() {
      return segments.reduce((sum, { records }) => sum + records, 0);
    },
    get bytes() {
      return segments.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    append: (charges) => inTurn(() => append(charges)),
    appendNow(charges) {
      createSegmentNow(newSegment().path, [header, ...charges].map(toLine).join(''));
    },
    next: () => inTurn(next),
    adopt: () => inTurn(adopt),
    bury: (rejected) =>
      appendLog(
        rejectedPath(dir),
        rejected.map(({ charge, operation, error: { code, detail } }) =>
          JSON.stringify({
            at: new Date().toISOString(),
            charge,
            operation,
            error: { code, detail },
          }),
        ),
      ),
    close: () =>
      inTurn(async () => {
        clearInterval(beat);
        await seal();
        await rm(ownerPath(dir, me), { force: true });
      }),
  };
}

const isFull = ({ records, bytes }: Segment): boolean =>
  records >= SEGMENT_RECORDS || bytes >= SEGMENT_BYTES;

/** A missed beat is made up for by the next one; a folder that is gone shows when it is written to. */
const showLife = (file: string): Promise<void | null> => {
  const now = new Date();
  return orNull(utimes(file, now, now));
};
