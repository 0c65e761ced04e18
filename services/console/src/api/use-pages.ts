import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query';
import { useEffect } from 'react';
import { read } from './request.ts';

interface PageOf<Row> {
  data: Row[];
  has_more: boolean;
  next_cursor: string | null;
}

export interface PagesToRead<Row = unknown> {
  /** Begins with `['of', owner]` where news of a wallet concern it. */
  queryKey: QueryKey;
  path: string;
  /** What narrows the list; what is empty or left out does not. */
  filters?: Readonly<Record<string, string | undefined>>;
  /** Which rows are meant, where the API cannot tell; pages without any are read past. */
  keep?: (row: Row) => boolean;
  /** Rows of one page; 50 unless told, 100 at most. */
  limit?: number;
  /** The list has no pages: it comes as one. */
  whole?: boolean;
  operator?: boolean;
  enabled?: boolean;
  /** Looked at again so often while it is shown. */
  everyMs?: number;
}

/** A list of which some pages were read. */
export interface Pages<Row> {
  rows: readonly Row[];
  /** Nothing is known yet. */
  loading: boolean;
  error: Error | null;
  again: () => void;
  /** Reads the page that follows; `null` at the end of the list. */
  more: (() => void) | null;
  loadingMore: boolean;
}

/** Pages are kept so long after the list was left, so that coming back shows the same rows. */
const KEPT_MS = 10 * 60_000;

/** Reads a list of the API page by page. */
export function usePages<Row>(list: PagesToRead<Row>): Pages<Row> {
  const { queryKey, operator = false, enabled = true, everyMs, keep = every } = list;
  const query = useInfiniteQuery({
    queryKey: [...queryKey, list.filters ?? {}],
    queryFn: ({ pageParam, signal }) =>
      read<PageOf<Row>>(addressOf(list, pageParam), { signal, operator }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.has_more ? last.next_cursor : undefined),
    gcTime: KEPT_MS,
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  // A filter that few rows pass may answer with an empty page in the middle of the list.
  const barren = data?.pages.at(-1)?.data.some(keep) === false && hasNextPage;
  // What was refused is asked for again by a person; at once it would be refused for ever.
  const readOn = barren && !isFetchingNextPage && !query.isError;
  useEffect(() => {
    if (readOn) void fetchNextPage();
  }, [readOn, fetchNextPage]);
  const rows = data?.pages.flatMap((page) => page.data.filter(keep)) ?? [];
  return {
    rows,
    loading: query.isPending || (rows.length === 0 && barren),
    error: query.error,
    again: () => void refetch(),
    more: hasNextPage ? () => void fetchNextPage() : null,
    loadingMore: isFetchingNextPage,
  };
}

/** How many rows there are, such as `50+` when only that many were read. */
export const countOf = ({ rows, more }: Pick<Pages<unknown>, 'rows' | 'more'>): string =>
  more === null ? rows.length.toString() : `${rows.length}+`;

const every = (): boolean => true;

/** The address with filters, as for a page so for the whole list as a file. */
export function withFilters(
  path: string,
  filters: Readonly<Record<string, string | undefined>>,
): string {
  const given = Object.entries(filters).filter((one): one is [string, string] => Boolean(one[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

const addressOf = (
  { path, filters = {}, limit = 50, whole = false }: Omit<PagesToRead, 'keep'>,
  cursor: string | null,
): string =>
  whole
    ? withFilters(path, filters)
    : withFilters(path, { ...filters, limit: limit.toString(), cursor: cursor ?? undefined });
