import { queryOptions } from '@tanstack/react-query';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/index.ts';

export interface Card {
  id: string;
  brand: string;
  last4: string | null;
  expires: { month: number; year: number } | null;
  default: boolean;
}

/** The cards that are saved for a wallet, the default first. */
export const cardsQuery = (owner: string) =>
  queryOptions({
    queryKey: ['of', owner, 'cards'],
    queryFn: async ({ signal }) =>
      (await read<{ data: readonly Card[] }>(`/v1/wallets/${owner}/payment-methods`, { signal }))
        .data,
  });

export const nameOf = ({ brand, last4 }: Card): string => t.autoTopUp.cards.name(brand, last4);
