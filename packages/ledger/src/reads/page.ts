import assert from 'node:assert/strict';

/** A request for one page of a list that shows the newest row first. */
export interface Page {
  /** 1 to 100 rows. */
  limit: number;
  /** The `next` of the page before this one; without it the list starts at its newest row. */
  before?: string | undefined;
}

const ROWS_MAX = 100;

export interface PageOf<Row> {
  rows: Row[];
  /** Where the following page begins; `null` at the end. Opaque, plain text, holds no secrets. */
  next: string | null;
}

/** What a page's query asks for: one row more than it shows, which tells whether there is a next page. */
export function rowsToFetch(page: Page): number {
  assert(
    Number.isInteger(page.limit) && page.limit >= 1 && page.limit <= ROWS_MAX,
    `A page has 1 to ${ROWS_MAX} rows, not ${page.limit}.`,
  );
  return page.limit + 1;
}

/** Cuts the surplus row off. `positionOf` must be the list's sort key, so that paging is by key, not by count. */
export function toPage<Row>(
  found: readonly Row[],
  page: Page,
  positionOf: (row: Row) => string,
): PageOf<Row> {
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  return { rows, next: found.length > page.limit && last ? positionOf(last) : null };
}

/** A moment and a key, after which a list that is sorted by both goes on. */
interface TimedPosition {
  at: string;
  key: string;
}

/** A row with its time as the database's own text: a Date would drop the microseconds, and rows with them. */
export type Timed<Row> = Row & { position: string };

/**
 * One page of a list that is sorted by a time and, for equal times, by a text. `fetch` reads so many
 * rows from where it is told on, newest first.
 */
export async function timedPage<Row extends { position: string }>(
  page: Page,
  keyOf: (row: Row) => string,
  fetch: (before: TimedPosition | null, limit: number) => Promise<readonly Row[]>,
): Promise<PageOf<Omit<Row, 'position'>>> {
  const before = page.before === undefined ? null : splitTimedPosition(page.before);
  const found = await fetch(before, rowsToFetch(page));
  const { rows, next } = toPage(found, page, (row) => `${row.position}|${keyOf(row)}`);
  return { rows: rows.map(({ position: _position, ...row }) => row), next };
}

function splitTimedPosition(position: string): TimedPosition {
  const cut = position.indexOf('|');
  assert(cut > 0, 'This position belongs to another list.');
  return { at: position.slice(0, cut), key: position.slice(cut + 1) };
}
