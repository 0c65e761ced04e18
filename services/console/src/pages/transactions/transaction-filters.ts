import type { Filters } from '../../app/filters.ts';
import { dayAfter, startOfDay } from '../../ui/days.ts';

/** As they are called in the address of the page. */
export const TRANSACTION_FILTERS = ['kind', 'product', 'member', 'from', 'to', 'search'] as const;

export type TransactionFilters = Filters<(typeof TRANSACTION_FILTERS)[number]>;

/** As the API takes them, for the list and for its CSV alike: days of the reader become moments. */
export function parametersOf(filters: TransactionFilters): Record<string, string | undefined> {
  const { from, to, member, ...rest } = filters;
  return { ...rest, counterparty: member, from: startOfDay(from), to: startOfDay(dayAfter(to)) };
}
