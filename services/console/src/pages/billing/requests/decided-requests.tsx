import { useFilters } from '../../../app/filters.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits } from '../../../ui/amounts.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { FilterBar, FilterSelect } from '../../../ui/filter-bar.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { askerOf, useCreditRequests, type CreditRequest } from './credit-request.ts';
import { RequestStatus } from './request-status.tsx';

const texts = t.billing.requests;
const STATUSES = ['approved', 'rejected', 'cancelled', 'expired'] as const;

/** How requests were answered, newest first. */
export function DecidedRequests({ owner }: { owner: string }) {
  const by = useFilters(['status']);
  const pages = useCreditRequests(owner, { status: by.filters.status ?? 'decided' });
  return (
    <Section title={texts.historyTitle}>
      <FilterBar by={by}>
        <FilterSelect
          by={by}
          name="status"
          label={texts.columns.status}
          options={STATUSES.map((value) => ({ value, label: texts.status[value] }))}
        />
      </FilterBar>
      <RecordList
        caption={texts.historyList}
        pages={pages}
        keyOf={(row) => row.id}
        columns={COLUMNS}
        empty={<EmptyState title={texts.noHistory} text={texts.noHistoryText} />}
      />
    </Section>
  );
}

const COLUMNS: readonly Column<CreditRequest>[] = [
  { name: texts.columns.member, cell: askerOf },
  { name: texts.columns.status, cell: (row) => <RequestStatus status={row.status} /> },
  { name: texts.columns.answer, cell: (row) => row.decision_reason ?? '–' },
  {
    name: texts.columns.decided,
    cell: (row) => (row.decided_at === null ? '–' : <Moment at={row.decided_at} />),
  },
  { name: texts.columns.asked, right: true, cell: (row) => <Credits amount={row.amount} /> },
  {
    name: texts.columns.granted,
    right: true,
    cell: (row) => (row.granted === null ? '–' : <Credits amount={row.granted} />),
  },
];
