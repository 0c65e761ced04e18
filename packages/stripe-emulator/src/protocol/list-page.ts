import type { Table } from '../state/table.ts';
import { integer, readParams, text, type Field, type Fields, type ParamsOf } from './fields.ts';
import { rawRoute, takeOut, type Call, type Route } from './route.ts';
import { invalidRequest, noSuchReference } from './stripe-error.ts';

const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 100;

interface TimeRange {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

const PAGE_FIELDS = {
  limit: integer({ min: 1, max: LIMIT_MAX }),
  starting_after: text(),
  ending_before: text(),
};

type PageParams = ParamsOf<typeof PAGE_FIELDS>;

interface ListRoute<T extends { id: string }, F extends Fields> {
  /** Singular, for `No such …` messages. */
  noun: string;
  filters: F;
  table: (call: Call<ParamsOf<F>>) => Table<T>;
  matches: (record: T, params: ParamsOf<F>, call: Call<ParamsOf<F>>) => boolean;
  present: (record: T, call: Call<ParamsOf<F>>) => object;
}

/** A `GET` of a whole collection: newest first, filtered, one page at a time. */
export function listRoute<T extends { id: string }, F extends Fields>(
  path: string,
  spec: ListRoute<T, F>,
): Route {
  return rawRoute('GET', path, (form, context) => {
    const { taken, rest } = takeOut(form, PAGE_FIELDS);
    const call: Call<ParamsOf<F>> = { ...context, params: readParams(spec.filters, rest) };
    const page = pageOf(spec.table(call), readParams(PAGE_FIELDS, taken), spec.noun, (record) =>
      spec.matches(record, call.params, call),
    );
    const data = page.records.map((record) => spec.present(record, call));
    return listObject(path.replace('{id}', context.id), data, page.hasMore);
  });
}

export function listObject<T>(
  url: string,
  data: T[],
  hasMore = false,
): { object: 'list'; data: T[]; has_more: boolean; url: string } {
  return { object: 'list', data, has_more: hasMore, url };
}

/** The page that the cursor asks for; `hasMore` looks in the direction of travel, as on Stripe. */
function pageOf<T extends { id: string }>(
  table: Table<T>,
  params: PageParams,
  noun: string,
  matches: (record: T) => boolean,
): { records: T[]; hasMore: boolean } {
  const { starting_after: after, ending_before: before, limit = LIMIT_DEFAULT } = params;
  if (after !== undefined && before !== undefined)
    throw invalidRequest(
      'You may only specify one of these parameters: ending_before, starting_after.',
      'ending_before',
      'parameters_exclusive',
    );
  if (after !== undefined && !table.get(after))
    throw noSuchReference(noun, after, 'starting_after');
  if (before !== undefined && !table.get(before))
    throw noSuchReference(noun, before, 'ending_before');
  const candidates = before === undefined ? table.newestFirst(after) : table.newerThan(before);
  const records: T[] = [];
  for (const record of candidates) {
    if (!matches(record)) continue;
    if (records.length === limit) return { records: inOrder(records, before), hasMore: true };
    records.push(record);
  }
  return { records: inOrder(records, before), hasMore: false };
}

/** Walking towards newer records finds them oldest first, yet every page is shown newest first. */
function inOrder<T>(records: T[], before: string | undefined): T[] {
  return before === undefined ? records : records.toReversed();
}

/** A `created` filter: an exact second, or a range with `gt`, `gte`, `lt`, `lte`. */
export function timeRange(): Field<TimeRange> {
  const bound = integer({ min: 0 });
  return {
    read(value, path) {
      if (typeof value === 'string') {
        const exact = bound.read(value, path);
        return { gte: exact, lte: exact };
      }
      const range: TimeRange = {};
      for (const [key, item] of Object.entries(value)) {
        if (key !== 'gt' && key !== 'gte' && key !== 'lt' && key !== 'lte')
          throw invalidRequest(
            `Received unknown parameter: ${path}[${key}]`,
            `${path}[${key}]`,
            'parameter_unknown',
          );
        range[key] = bound.read(item, `${path}[${key}]`);
      }
      return range;
    },
  };
}

export function isWithin(seconds: number, range: TimeRange | undefined): boolean {
  if (!range) return true;
  return (
    seconds > (range.gt ?? -1) &&
    seconds >= (range.gte ?? 0) &&
    seconds < (range.lt ?? Infinity) &&
    seconds <= (range.lte ?? Infinity)
  );
}
