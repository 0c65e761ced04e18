import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCommands } from '../../api/commands-provider.tsx';
import type { GivenCommand } from '../../api/given-command.ts';
import { memberNamesQuery } from '../../api/members.ts';
import { usePages, withFilters } from '../../api/use-pages.ts';
import { useFilters } from '../../app/filters.ts';
import { useNameOf } from '../../app/names.ts';
import { useWorkspace } from '../../app/workspace.ts';
import { t } from '../../texts/index.ts';
import { ZONE } from '../../ui/days.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterBar, FilterDay, FilterSelect, FilterText } from '../../ui/filter-bar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { RecordList } from '../../ui/record-table.tsx';
import { TotalsPanel } from './totals-panel.tsx';
import { parametersOf, TRANSACTION_FILTERS } from './transaction-filters.ts';
import { transactionColumns, type TransactionRow } from './transaction-columns.tsx';
import type { Transaction } from './transaction.ts';

const a = t.activity;

/** Every movement of a workspace's credits. */
export function TransactionsPage() {
  const workspace = useWorkspace();
  const { owner, name } = workspace;
  const members = useQuery(
    memberNamesQuery(workspace.kind === 'organization' ? workspace.id : null),
  );
  const nameOf = useNameOf(owner);
  const by = useFilters(TRANSACTION_FILTERS);
  const parameters = parametersOf(by.filters);
  const path = `/v1/wallets/${owner}/transactions`;
  const pages = usePages<Transaction>({
    queryKey: ['of', owner, 'transactions'],
    path,
    filters: parameters,
  });
  const { given } = useCommands();
  const underWay = given.filter((one) => one.state !== 'succeeded' && one.owners.includes(owner));
  const rows: TransactionRow[] = [
    ...underWay.map(rowOfCommand),
    ...pages.rows.map((transaction) => ({ key: transaction.id, transaction, command: null })),
  ];
  return (
    <>
      <PageHeading title={a.title} text={a.text(name)} />
      <FilterBar
        by={by}
        actions={
          <Button
            component="a"
            href={withFilters(`${path}.csv`, parameters)}
            download
            variant="default"
            leftSection={<Icon name="download" size={16} />}
            title={a.csvHint}
          >
            {a.csv}
          </Button>
        }
      >
        <FilterText
          by={by}
          name="search"
          label={a.filters.search}
          placeholder={a.filters.searchHint}
          search
        />
        <FilterSelect by={by} name="kind" label={a.filters.kind} options={KINDS} />
        <FilterText by={by} name="product" label={a.filters.product} />
        {workspace.kind === 'organization' && (
          <FilterSelect
            by={by}
            name="member"
            label={a.filters.member}
            options={members.data ?? []}
          />
        )}
        <FilterDay by={by} name="from" label={a.filters.from} />
        <FilterDay by={by} name="to" label={a.filters.to} />
      </FilterBar>
      <TotalsPanel owner={owner} from={parameters['from']} to={parameters['to']} />
      <RecordList
        framed
        inTwoLines
        caption={a.caption}
        columns={transactionColumns(nameOf)}
        pages={{ ...pages, rows }}
        keyOf={({ key }) => key}
        to={({ transaction }) => transaction && `/transactions/${transaction.id}`}
        faded={({ command }) => command !== null}
        empty={<EmptyState {...(by.narrowed ? a.noMatch : a.none)} />}
      />
      <Text size="sm" c="dimmed" mt="md">
        {a.filters.zone(ZONE)}
      </Text>
    </>
  );
}

const KINDS = Object.entries(a.kinds).map(([value, label]) => ({ value, label }));

const rowOfCommand = (command: GivenCommand): TransactionRow => ({
  key: command.key,
  transaction: null,
  command,
});
