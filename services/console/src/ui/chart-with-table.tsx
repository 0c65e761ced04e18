import {
  Box,
  Group,
  ScrollArea,
  SegmentedControl,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { lazy, Suspense, useId, useState, type ReactNode } from 'react';
import { t } from '../texts/index.ts';
import type { ChartDrawingProps } from './chart-drawing.tsx';

// The drawing library is larger than everything else together, so it comes when it is looked at.
const ChartDrawing = lazy(async () => ({
  default: (await import('./chart-drawing.tsx')).ChartDrawing,
}));

interface ChartWithTableProps extends ChartDrawingProps {
  title: string;
  /** What the picture shows, in a sentence or two; it stands below the title for everybody. */
  summary: ReactNode;
  /** The same in digits, nothing rounded. Columns of numbers are those named in `numeric`. */
  table: {
    columns: readonly string[];
    rows: readonly { key: string; cells: readonly ReactNode[] }[];
  };
  /** The level of the title on its page. */
  order?: 2 | 3;
}

/** A picture of numbers, the numbers themselves one click away, and a sentence that says it all. */
export function ChartWithTable({
  title,
  summary,
  table,
  order = 2,
  ...chart
}: ChartWithTableProps) {
  const [shown, show] = useState<'chart' | 'table'>('chart');
  const id = useId();
  return (
    <Stack component="section" gap="sm" aria-labelledby={id}>
      <Group justify="space-between" align="center" wrap="nowrap" gap="sm">
        <Title order={order} size="h4" id={id}>
          {title}
        </Title>
        <SegmentedControl
          flex="none"
          size="xs"
          value={shown}
          onChange={(next) => show(next === 'table' ? 'table' : 'chart')}
          data={[
            { value: 'chart', label: t.words.chart },
            { value: 'table', label: t.words.table },
          ]}
          aria-label={t.words.showAs(title)}
        />
      </Group>
      <Text size="sm" c="dimmed" component="div" maw={720}>
        {summary}
      </Text>
      {shown === 'table' ? (
        <Twin title={title} {...table} />
      ) : (
        // Whoever cannot see it has the sentence above and the table.
        <Box aria-hidden="true">
          <Suspense fallback={<Skeleton h={chart.height ?? 240} />}>
            <ChartDrawing {...chart} />
          </Suspense>
        </Box>
      )}
    </Stack>
  );
}

function Twin({ title, columns, rows }: ChartWithTableProps['table'] & { title: string }) {
  return (
    <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0 }}>
      <Table verticalSpacing={6}>
        <Table.Caption className="visually-hidden">{title}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {columns.map((name, at) => (
              <Table.Th key={name} ta={at === 0 ? 'left' : 'right'}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {cells.map((cell, at) => (
                <Table.Td key={columns[at] ?? at} ta={at === 0 ? 'left' : 'right'}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
