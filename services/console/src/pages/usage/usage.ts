import { queryOptions } from '@tanstack/react-query';
import { read } from '../../api/request.ts';
import { withFilters } from '../../api/use-pages.ts';

export const USAGE_FILTERS = ['period', 'product'] as const;

interface Sums {
  charged: string;
  returned: string;
  net: string;
  charges: number;
}

export interface Usage {
  from: string;
  to: string;
  data: readonly (Sums & { key: string })[];
  total: Sums;
  truncated: boolean;
}

const DAY_MS = 86_400_000;

/** Whole days, today among them; what the address says wrongly is a month. */
export const periodOf = (period: string | undefined): number =>
  ['7', '30', '90', '365'].includes(period ?? '') ? Number(period) : 30;

/** The days of a period as the API names them, the oldest first. */
export function daysOf(days: number): string[] {
  const today = Math.floor(Date.now() / DAY_MS);
  return Array.from({ length: days }, (_, at) =>
    new Date((today - days + 1 + at) * DAY_MS).toISOString().slice(0, 10),
  );
}

interface UsageToRead {
  owner: string;
  days: number;
  product: string | undefined;
  group: 'day' | 'product' | 'member';
}

export const usageQuery = ({ owner, days, product, group }: UsageToRead) =>
  queryOptions({
    queryKey: ['of', owner, 'usage', days, product, group],
    queryFn: ({ signal }) => {
      const from = `${daysOf(days)[0]}T00:00:00.000Z`;
      const filters = { wallet: owner, group_by: group, product, from };
      return read<Usage>(withFilters('/v1/usage', filters), { signal });
    },
  });
