import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** What a list is narrowed by: texts of the address, so that a view can be shared and survives Back. */
export type Filters<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** For a route's `validateSearch`: keeps the filters that the page knows and forgets all else. */
export const searchOf =
  <Name extends string>(names: readonly Name[]) =>
  (search: Record<string, unknown>): Filters<Name> => {
    const known = names.flatMap((name) => {
      const value = search[name];
      // The router reads what looks like a number as one.
      const isText = typeof value === 'string' || typeof value === 'number';
      return isText && value !== '' ? [[name, String(value)] as const] : [];
    });
    return Object.fromEntries(known) as Filters<Name>;
  };

export interface ChangeFilters<Name extends string> {
  filters: Filters<Name>;
  /** An empty text lifts a filter. */
  change: (to: Filters<Name>) => void;
  clear: () => void;
  narrowed: boolean;
}

/** The filters of this page's address; a change is no step of its own on the way back. */
export function useFilters<Name extends string>(names: readonly Name[]): ChangeFilters<Name> {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const filters = searchOf(names)(search);
  const change = useCallback(
    (to: Filters<Name>): void => {
      const merged = (before: Record<string, unknown>): Record<string, unknown> =>
        Object.fromEntries(
          Object.entries({ ...before, ...to }).filter(([, value]) => value !== ''),
        );
      void navigate({ to: '.', search: merged as never, replace: true, resetScroll: false });
    },
    [navigate],
  );
  const clear = (): void =>
    change(Object.fromEntries(names.map((name) => [name, ''])) as Filters<Name>);
  return { filters, change, clear, narrowed: Object.keys(filters).length > 0 };
}
