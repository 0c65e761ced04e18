import { useQuery } from '@tanstack/react-query';
import { read } from '../../../api/request.ts';
import type { Wallet } from '../../../api/wallet.ts';
import { t } from '../../../texts/for-operators.ts';
import { formatCredits } from '../../../ui/amounts.tsx';
import { FactList } from '../../../ui/fact-list.tsx';
import { formatDay } from '../../../ui/moment.tsx';
import type { EntryOutcome } from './entry.ts';

const g = t.operator.grants;

/** What an entry by hand does to a wallet, digit for digit as the server says. */
export function EntryEffect({ wallet, outcome }: { wallet: string; outcome: EntryOutcome }) {
  const { data } = useQuery({
    queryKey: ['wallet', wallet, 'operator'],
    queryFn: ({ signal }) => read<Wallet>(`/v1/wallets/${wallet}`, { signal, operator: true }),
  });
  const { lot, settled, charge } = outcome;
  return (
    <FactList
      label={t.words.preview}
      facts={[
        { name: g.wallet, value: wallet, strong: true },
        ...(data ? [{ name: g.before, value: formatCredits(data.balance) }] : []),
        ...(data && data.owed !== '0'
          ? [{ name: g.owedBefore, value: formatCredits(data.owed) }]
          : []),
        ...(settled !== undefined && settled !== '0'
          ? [{ name: g.owedSettled, value: formatCredits(settled) }]
          : []),
        ...(lot ? [{ name: g.lot, value: `+${formatCredits(lot.amount)}`, strong: true }] : []),
        ...(lot
          ? [{ name: g.expires, value: lot.expires_at ? formatDay(lot.expires_at) : t.words.never }]
          : []),
        ...(charge
          ? [{ name: g.taken, value: `−${formatCredits(charge.amount)}`, strong: true }]
          : []),
        ...(charge && charge.owed !== '0'
          ? [{ name: g.owedAfter, value: formatCredits(charge.owed) }]
          : []),
      ]}
    />
  );
}
