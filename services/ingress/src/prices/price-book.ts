import { readCurrentPrices, type Database, type PriceView } from '@bursar/ledger/reads';

/** A change of a price is in force on every replica after this long at most, and one query. */
const REMEMBERED_MS = 2_000;

/** The current prices, as this replica remembers them. Each call throws when they cannot be read. */
export interface PriceBook {
  find: (id: string) => Promise<PriceView | null>;
  /** The price that rates events of this type. */
  forEvents: (type: string) => Promise<PriceView | null>;
  /** By id. */
  all: () => Promise<readonly PriceView[]>;
  /** Forgets, so that a change made here counts here at once. */
  forget: () => void;
}

interface Pages {
  all: readonly PriceView[];
  byId: ReadonlyMap<string, PriceView>;
  byEventType: ReadonlyMap<string, PriceView>;
}

/** Keeps the whole catalogue, which the ledger bounds; one query serves everybody who asks meanwhile. */
export function createPriceBook(db: Database): PriceBook {
  let current: Promise<Pages> | null = null;
  let until = 0;

  function pages(): Promise<Pages> {
    if (current !== null && performance.now() < until) return current;
    const reading = readPages(db);
    current = reading;
    // Counted from the question: what changes while it is answered may be missing from the answer.
    until = performance.now() + REMEMBERED_MS;
    reading.catch(() => {
      if (current === reading) current = null;
    });
    return reading;
  }
  return {
    find: async (id) => (await pages()).byId.get(id) ?? null,
    forEvents: async (type) => (await pages()).byEventType.get(type) ?? null,
    all: async () => (await pages()).all,
    forget: () => {
      current = null;
    },
  };
}

async function readPages(db: Database): Promise<Pages> {
  const all = await readCurrentPrices(db);
  return {
    all,
    byId: new Map(all.map((price) => [price.id, price])),
    byEventType: new Map(
      all.flatMap((price) => (price.eventType === null ? [] : [[price.eventType, price]])),
    ),
  };
}
