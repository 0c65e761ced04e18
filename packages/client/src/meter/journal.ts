import { BursarError } from '../errors.ts';
import { letGo } from '../transport/pause.ts';
import { asBursarError } from './deliver.ts';
import type { MeterLimits } from './meter-options.ts';
import type { MeteredCharge } from './metered-charge.ts';
import type { Spill, SpilledPart } from './spill.ts';

/** Charges that are to be sent together, from memory or from the disk. */
export interface Parcel {
  readonly charges: readonly MeteredCharge[];
  /** Everything in it is settled. */
  done(): Promise<void>;
  /** These of its charges still wait. */
  putBack(left: readonly MeteredCharge[]): void;
}

/** Where every charge is that was taken and is not settled. */
export interface Journal {
  hasRoom(): boolean;
  /** Resolves when the charge is as safe as was asked for. */
  add(charge: MeteredCharge): Promise<void>;
  /** What is to be sent next, the oldest first. */
  next(): Promise<Parcel | null>;
  /** From now on charges go over the disk, if there is one, until it is empty again. */
  serverIsAway(): void;
  state(): 'direct' | 'spilling';
  /** How many charges wait in memory and on the disk. */
  waiting(): number;
  /** When a part that is not full should be sent all the same; `null` when nothing waits. */
  dueAt(lastSentAt: number): number | null;
  inMemory(): readonly MeteredCharge[];
  adopt(): Promise<void>;
  moveToDisk(): Promise<void>;
  moveToDiskNow(): void;
  /** Called when there may be something to send. */
  onChange: () => void;
}

interface Entry {
  charge: MeteredCharge;
  at: number;
  /** Set for a charge whose maker waits until it is on the disk. */
  kept?: { resolve: () => void; reject: (error: BursarError) => void };
}

/** So many are written and synced together. */
const APPEND_ITEMS_MAX = 1_000;
const APPEND_AGAIN_MS = 1_000;

export function createJournal(
  spill: Spill | null,
  limits: MeterLimits,
  report: (error: BursarError) => void,
): Journal {
  /** In order: `underWay` left `pending` but are not settled, `moving` are being written to the disk. */
  let pending: Entry[] = [];
  let moving: Entry[] = [];
  let underWay: readonly Entry[] = [];
  let part: { spilled: SpilledPart; left: readonly MeteredCharge[] } | null = null;
  let spilling = spill !== null && (limits.durable === 'disk' || spill.records > 0);
  let writing: Promise<void> | null = null;
  let diskRefuses = false;

  const all = (): Entry[] => [...underWay, ...moving, ...pending];

  function add(charge: MeteredCharge): Promise<void> {
    const entry: Entry = { charge, at: Date.now() };
    pending.push(entry);
    if (spilling) writeSoon();
    if (limits.durable === 'memory') {
      journal.onChange();
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      entry.kept = { resolve, reject };
    });
  }

  function writeSoon(): void {
    writing ??= Promise.resolve()
      .then(writeAll)
      .finally(() => {
        writing = null;
        // Added after the last look of that writing, and before its end was known.
        if (spilling && pending.length > 0 && !diskRefuses) writeSoon();
        journal.onChange();
      });
  }

  /** Moves what is in memory to the disk, by the group, until nothing is left or the disk refuses. */
  async function writeAll(): Promise<void> {
    if (spill === null) return;
    while (pending.length > 0) {
      moving = pending.splice(0, APPEND_ITEMS_MAX);
      try {
        await spill.append(moving.map(({ charge }) => charge));
        for (const { kept } of moving) kept?.resolve();
        moving = [];
        journal.onChange();
      } catch (thrown) {
        report(notWritten(thrown, null));
        for (const { kept, charge } of moving) kept?.reject(notWritten(thrown, charge));
        // Whose maker was told of the failure is theirs to repeat; the others are still ours.
        pending = [...moving.filter(({ kept }) => kept === undefined), ...pending];
        moving = [];
        diskRefuses = true;
        letGo(setTimeout(tryDiskAgain, APPEND_AGAIN_MS));
        return;
      }
    }
  }

  function tryDiskAgain(): void {
    diskRefuses = false;
    if (spilling && pending.length > 0) writeSoon();
  }

  function fromMemory(): Parcel | null {
    if (pending.length === 0) return null;
    const entries = pending.splice(0, limits.maxItems);
    underWay = entries;
    return {
      charges: entries.map(({ charge }) => charge),
      done: () => {
        underWay = [];
        return Promise.resolve();
      },
      putBack: (left) => {
        const keys = new Set(left.map((charge) => charge.idempotency_key));
        pending = [...entries.filter(({ charge }) => keys.has(charge.idempotency_key)), ...pending];
        underWay = [];
      },
    };
  }

  async function fromDisk(from: Spill): Promise<Parcel | null> {
    if (part === null) {
      const spilled = await from.next();
      if (spilled === null) return null;
      part = { spilled, left: spilled.charges };
    }
    const { spilled, left } = part;
    return {
      charges: left.slice(0, limits.maxItems),
      done: async () => {
        const rest = left.slice(limits.maxItems);
        part = rest.length === 0 ? null : { spilled, left: rest };
        if (part === null) await spilled.done();
        backToMemory();
      },
      putBack: (again) => {
        part = { spilled, left: [...again, ...left.slice(limits.maxItems)] };
      },
    };
  }

  async function next(): Promise<Parcel | null> {
    if (spill === null || !spilling) return fromMemory();
    const parcel = await fromDisk(spill);
    if (parcel !== null || spill.records > 0 || writing !== null) return parcel;
    backToMemory();
    // What is in memory all the same is there because the disk refused it.
    return fromMemory();
  }

  /** Once the disk is empty, charges need not go over it any more. */
  function backToMemory(): void {
    const empty = spill === null || (spill.records === 0 && writing === null);
    if (empty) spilling = limits.durable === 'disk';
  }

  const journal: Journal = {
    hasRoom: () =>
      all().length < limits.maxPending &&
      (spill === null || !spilling || spill.bytes < limits.maxSpillBytes),
    add,
    next,
    serverIsAway() {
      if (spill === null) return;
      spilling = true;
      if (pending.length > 0) writeSoon();
    },
    state: () => (spilling ? 'spilling' : 'direct'),
    waiting: () => all().length + (spill?.records ?? 0),
    dueAt(lastSentAt) {
      if (spilling) {
        const waiting = spill?.records ?? 0;
        if (waiting === 0 && pending.length === 0) return null;
        return waiting >= limits.maxItems ? 0 : lastSentAt + limits.flushMs;
      }
      const [oldest] = pending;
      if (oldest === undefined) return null;
      return pending.length >= limits.maxItems ? 0 : oldest.at + limits.flushMs;
    },
    inMemory: () => all().map(({ charge }) => charge),
    async adopt() {
      await spill?.adopt();
      if (spill !== null && spill.records > 0) journal.serverIsAway();
    },
    async moveToDisk() {
      if (spill === null) return;
      await writing;
      const entries = all();
      if (entries.length > 0) await spill.append(entries.map(({ charge }) => charge));
      for (const { kept } of entries) kept?.resolve();
      pending = [];
      underWay = [];
    },
    moveToDiskNow() {
      const entries = all();
      if (spill === null || entries.length === 0) return;
      spill.appendNow(entries.map(({ charge }) => charge));
      pending = [];
      underWay = [];
      moving = [];
    },
    onChange: () => undefined,
  };
  return journal;
}

function notWritten(thrown: unknown, charge: MeteredCharge | null): BursarError {
  const { detail } = asBursarError(thrown);
  return new BursarError({
    code: 'spill_failed',
    detail: `Charges could not be written to the disk: ${detail}. Make room, then repeat the charge with the same idempotency_key.`,
    retryable: true,
    creditsMoved: 'unknown',
    idempotencyKey: charge?.idempotency_key ?? null,
    cause: thrown,
  });
}
