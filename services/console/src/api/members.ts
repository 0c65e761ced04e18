import { queryOptions } from '@tanstack/react-query';
import { read } from './request.ts';

interface MemberName {
  user: string;
  name: string | null;
  email: string | null;
}

const PAGE = 100;
/** A list to choose from is of no use beyond so many. */
const PAGES_MAX = 5;

/** Whom to choose from: the members of an organization by name; `null` asks nothing. */
export const memberNamesQuery = (organization: string | null) =>
  queryOptions({
    queryKey: ['member-names', organization],
    enabled: organization !== null,
    staleTime: 60_000,
    queryFn: async ({ signal }): Promise<{ value: string; label: string }[]> => {
      const found: MemberName[] = [];
      let cursor = '';
      for (let page = 0; page < PAGES_MAX; page++) {
        const path = `/v1/organizations/${organization}/members?limit=${PAGE}${cursor}`;
        const { data, next_cursor: next } = await read<{
          data: MemberName[];
          next_cursor: string | null;
        }>(path, { signal });
        found.push(...data);
        if (next === null) break;
        cursor = `&cursor=${encodeURIComponent(next)}`;
      }
      return found
        .map(({ user, name, email }) => ({ value: user, label: name ?? email ?? user }))
        .toSorted((a, b) => a.label.localeCompare(b.label));
    },
  });
