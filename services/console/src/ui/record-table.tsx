import { Button, Card, Group, Skeleton, Stack, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import type { Pages } from '../api/use-pages.ts';
import { t } from '../texts/index.ts';
import { ProblemAlert } from './problem-alert.tsx';
import { SelectAll, SelectOne, type Selection } from './record-selection.tsx';

export interface Column<Row> {
  /** The head of the column; on a phone each cell says it, too. */
  name: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand on the right. */
  right?: boolean;
}

interface RecordTableProps<Row> {
  /** What the table lists, for who does not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The page of a row: its first cell is a link there, and the whole row takes a click. */
  to?: (row: Row) => string | null;
  selection?: Selection<Row>;
  /** Rows that have not settled, or no longer count, are dimmed; a badge in them says why. */
  faded?: (row: Row) => boolean;
  /** On a phone, of four columns, the second and third above the first and fourth. */
  inTwoLines?: boolean;
  /** For a table that stands on the page by itself. */
  framed?: boolean;
}

/** Rows of records. On a phone each is a card; with the keyboard, arrows go from row to row. */
export function RecordTable<Row>({ framed = false, ...table }: RecordTableProps<Row>) {
  if (!framed) return <Records {...table} />;
  return (
    <Card padding="xs">
      <Records {...table} />
    </Card>
  );
}

function Records<Row>(props: Omit<RecordTableProps<Row>, 'framed'>) {
  const { caption, columns, rows, keyOf, selection, inTwoLines = false } = props;
  return (
    <Table
      className={inTwoLines ? 'stacking-table in-two-lines' : 'stacking-table'}
      highlightOnHover
      onKeyDown={walkRows}
    >
      <caption className="visually-hidden">{caption}</caption>
      <Table.Thead>
        <Table.Tr>
          {selection && (
            <Table.Th w={44}>
              <SelectAll rows={rows} keyOf={keyOf} selection={selection} />
            </Table.Th>
          )}
          {columns.map(({ name, right }) => (
            <Table.Th key={name} ta={right === true ? 'right' : undefined}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Record key={keyOf(row)} row={row} {...props} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Record<Row>(props: RecordTableProps<Row> & { row: Row }) {
  const { row, columns, keyOf, to, selection, faded } = props;
  const address = to?.(row) ?? null;
  const opens = address === null ? undefined : openByClick;
  return (
    <Table.Tr
      onClick={opens}
      data-faded={faded?.(row) === true || undefined}
      data-opens={opens !== undefined || undefined}
    >
      {selection && (
        <Table.Td data-column={t.words.choose}>
          <SelectOne row={row} keyOf={keyOf} selection={selection} />
        </Table.Td>
      )}
      {columns.map(({ name, cell, right }, index) => (
        <Table.Td key={name} data-column={name} ta={right === true ? 'right' : undefined}>
          {index === 0 && address !== null ? (
            <Link to={address} className="row-link" data-row-link="">
              {cell(row)}
            </Link>
          ) : (
            cell(row)
          )}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

/** The row is a larger target for its link; links, buttons and fields inside keep their own. */
function openByClick(event: MouseEvent<HTMLTableRowElement>): void {
  const target = event.target as HTMLElement;
  if (target.closest('a, button, input, label') !== null) return;
  if (window.getSelection()?.isCollapsed === false) return;
  event.currentTarget.querySelector<HTMLAnchorElement>('[data-row-link]')?.click();
}

/** Arrows go to the link of the next row, and the space bar opens it as Enter does. */
function walkRows(event: KeyboardEvent<HTMLTableElement>): void {
  const target = event.target as HTMLElement;
  if (target.dataset['rowLink'] === undefined) return;
  if (event.key === ' ') target.click();
  else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
    links[links.indexOf(target) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  } else return;
  event.preventDefault();
}

interface RecordListProps<Row> extends Omit<RecordTableProps<Row>, 'rows'> {
  pages: Pages<Row>;
  /** Instead of a table without rows. */
  empty: ReactNode;
}

/** A list of the API: its rows, and what there is to say while it loads, fails, is empty or goes on. */
export function RecordList<Row>({ pages, empty, ...table }: RecordListProps<Row>) {
  const { rows, loading, error, again, more, loadingMore } = pages;
  if (loading && error === null) return <LoadingRows />;
  return (
    <Stack gap="sm">
      {error !== null && <ProblemAlert error={error} again={again} />}
      {rows.length === 0 && error === null && empty}
      {rows.length > 0 && <RecordTable {...table} rows={rows} />}
      {more !== null && (
        <Group justify="center">
          <Button variant="default" onClick={more} loading={loadingMore}>
            {t.words.loadMore}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

const ROWS_WHILE_LOADING = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** As tall as the rows that are on their way, so that nothing jumps. */
export function LoadingRows() {
  return (
    <Stack gap={8} aria-busy="true" aria-label={t.words.loading}>
      {ROWS_WHILE_LOADING.map((row) => (
        <Skeleton key={row} h={44} />
      ))}
    </Stack>
  );
}
