import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/index.ts';
import { Credits } from '../../../ui/amounts.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import type { Lot } from './burn-order.ts';
import { Origin } from './origin.tsx';

const l = t.lots;

const COLUMNS: readonly Column<Lot>[] = [
  { name: l.columns.origin, cell: (lot) => <Origin lot={lot} /> },
  { name: l.columns.received, cell: (lot) => <Moment at={lot.created_at} dateOnly /> },
  {
    name: l.columns.state,
    cell: ({ state }) => (state === 'expired' ? l.states.expired : l.states.spent),
  },
  { name: l.columns.amount, right: true, cell: (lot) => <Credits amount={lot.amount} /> },
];

/** What was spent or lapsed, newest first; each still leads to where it came from. */
export function PastLots({ owner }: { owner: string }) {
  const pages = usePages<Lot>({
    queryKey: ['of', owner, 'lots', 'past'],
    path: `/v1/wallets/${owner}/lots`,
    filters: { order: 'past' },
  });
  return (
    <RecordList
      pages={pages}
      caption={l.past}
      keyOf={({ id }) => id}
      to={({ transaction }) => `/transactions/${transaction}`}
      empty={<EmptyState title={l.past} text={l.noPast} />}
      columns={COLUMNS}
    />
  );
}
