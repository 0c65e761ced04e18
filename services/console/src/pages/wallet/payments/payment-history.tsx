import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/index.ts';
import { Credits, formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { formatDay, Moment } from '../../../ui/moment.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';
import type { Payment } from './payment.ts';
import { PaymentDetails } from './payment-details.tsx';

const p = t.payments;

/** Everything that was paid or is to be paid for a wallet; each with its receipt. */
export function PaymentHistory({ owner }: { owner: string }) {
  const [shown, show] = useState<Payment | null>(null);
  const pages = usePages<Payment>({
    queryKey: ['of', owner, 'payments'],
    path: `/v1/wallets/${owner}/payments`,
    limit: 25,
  });
  const columns: readonly Column<Payment>[] = [
    ...COLUMNS,
    { name: p.columns.details, right: true, cell: (row) => detailsButton(row, show) },
  ];
  return (
    <Section title={p.title}>
      <RecordList
        caption={p.title}
        pages={pages}
        keyOf={({ id }) => id}
        columns={columns}
        faded={({ status }) => NOTHING_CAME.has(status)}
        empty={<EmptyState title={p.empty.title} text={p.empty.text} />}
      />
      {shown !== null && (
        <PaymentDetails owner={owner} payment={shown} onClose={() => show(null)} />
      )}
    </Section>
  );
}

const NOTHING_CAME: ReadonlySet<string> = new Set(['expired', 'cancelled', 'failed', 'void']);

const detailsButton = (row: Payment, show: (row: Payment) => void) => (
  <Button
    size="compact-sm"
    variant="default"
    onClick={() => show(row)}
    aria-label={p.details(p.kinds[row.kind], formatDay(row.created_at))}
  >
    {p.show}
  </Button>
);

const COLUMNS: readonly Column<Payment>[] = [
  { name: p.columns.date, cell: (row) => <Moment at={row.created_at} /> },
  { name: p.columns.what, cell: (row) => <What {...row} /> },
  { name: p.columns.status, cell: (row) => <Standing {...row} /> },
  { name: p.columns.credits, right: true, cell: (row) => <Credits amount={row.credits} /> },
  {
    name: p.columns.total,
    right: true,
    cell: (row) => <span className="in-one-line">{formatMoney(row.total)}</span>,
  },
];

const What = ({ kind, number }: Payment) => (
  <Stack gap={0}>
    <span>{p.kinds[kind]}</span>
    {number !== null && (
      <Text size="xs" c="dimmed">
        {number}
      </Text>
    )}
  </Stack>
);

function Standing({ status, taken_back: back }: Payment) {
  return (
    <Group gap={6}>
      <Badge variant="light" color={colourOf(status)}>
        {p.status[status] ?? status}
      </Badge>
      {back !== '0' && (
        <Text size="xs" c="dimmed">
          {p.takenBackShort(formatCredits(back))}
        </Text>
      )}
    </Group>
  );
}

const COLOURS: Readonly<Record<string, string>> = {
  paid: 'green',
  awaiting_payment: 'indigo',
  open: 'indigo',
  refunded: 'orange',
  disputed: 'red',
  needs_review: 'orange',
  failed: 'red',
};

const colourOf = (status: string): string => COLOURS[status] ?? 'gray';
