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

/**
 * A position in a list that is sorted by a time and, for equal times, by a text. The time is the
 * database's own text: a Date would drop the microseconds, and rows with them.
 */
export const timedPosition = (at: string, key: string): string => `${at}|${key}`;

/** Splits what `timedPosition` joined. */
export function splitTimedPosition(position: string): { at: string; key: string } {
  const cut = position.indexOf('|');
  assert(cut > 0, 'This position belongs to another list.');
  return { at: position.slice(0, cut), key: position.slice(cut + 1) };
}
