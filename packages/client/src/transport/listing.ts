import type { CallOptions, Settings } from '../options.ts';
import type { Query, Route } from '../routes.ts';
import { call } from './call.ts';

export interface Page<Row> {
  data: Row[];
  has_more: boolean;
  next_cursor: string | null;
}

/** Rows that are fetched page by page as they are walked over, newest first. */
export interface Listing<Row> extends AsyncIterable<Row> {
  /** One page; pass `next_cursor` of the page before. */
  page(options?: { cursor?: string | undefined; limit?: number | undefined }): Promise<Page<Row>>;
  /** The first so many rows; fewer when there are fewer. */
  take(count: number): Promise<Row[]>;
}

/** The most rows that a page can have. */
const PAGE_ROWS = 100;

export function listing<Row>(
  settings: Settings,
  request: { route: Route; params?: Readonly<Record<string, string>>; query?: Query },
  options: CallOptions = {},
): Listing<Row> {
  const page: Listing<Row>['page'] = async ({ cursor, limit = PAGE_ROWS } = {}) => {
    const query = { ...request.query, limit, cursor };
    return (await call(settings, { ...request, query }, options)).body;
  };
  async function* walk(): AsyncGenerator<Row, void, undefined> {
    let cursor: string | undefined;
    do {
      const { data, next_cursor } = await page({ cursor });
      yield* data;
      cursor = next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
  return {
    page,
    async take(count) {
      const rows: Row[] = [];
      if (count <= 0) return rows;
      for await (const row of walk()) if (rows.push(row) >= count) break;
      return rows;
    },
    [Symbol.asyncIterator]: walk,
  };
}
