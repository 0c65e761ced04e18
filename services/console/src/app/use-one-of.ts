import { useEffect } from 'react';
import { useFilters } from './filters.ts';

/**
 * The part of a page that the address names, under `name`. The first one goes without a name, and an
 * address that names none of them is put right.
 */
export function useOneOf<Part extends string>(
  name: string,
  parts: readonly [Part, ...Part[]],
): { chosen: Part; choose: (part: string | null) => void } {
  const { filters, change } = useFilters([name]);
  const asked = filters[name];
  const chosen = parts.find((part) => part === asked) ?? parts[0];
  const astray = asked !== undefined && asked !== chosen;
  useEffect(() => {
    if (astray) change({ [name]: '' });
  }, [astray, change, name]);
  const choose = (part: string | null): void =>
    change({ [name]: part === null || part === parts[0] ? '' : part });
  return { chosen, choose };
}
