import { Badge, Group, Stack, Text } from '@mantine/core';
import type { GivenCommand } from '../../api/given-command.ts';
import { t } from '../../texts/index.ts';
import { Credits, formatCredits } from '../../ui/amounts.tsx';
import { Moment } from '../../ui/moment.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { wordsOf } from '../../ui/words-of-error.ts';
import type { Transaction } from './transaction.ts';

const a = t.activity;

/** Either happened, or was asked for on these pages and has not settled yet. */
export interface TransactionRow {
  key: string;
  transaction: Transaction | null;
  command: GivenCommand | null;
}

export const transactionColumns = (
  nameOf: (owner: string) => string,
): readonly Column<TransactionRow>[] => [
  {
    name: a.when,
    cell: ({ transaction, command }) => (
      <Moment at={transaction?.created_at ?? command?.givenAt.toISOString() ?? ''} />
    ),
  },
  {
    name: a.what,
    cell: ({ transaction, command }) => (
      <What transaction={transaction} command={command} nameOf={nameOf} />
    ),
  },
  {
    name: a.amount,
    right: true,
    cell: ({ transaction }) =>
      transaction && <Credits amount={transaction.amount} signed fw={600} />,
  },
  {
    name: a.balanceAfter,
    right: true,
    cell: ({ transaction }) =>
      transaction && (
        <>
          <Credits amount={transaction.balance_after} />
          {transaction.owed_after !== '0' && (
            <Text size="xs" c="var(--mantine-color-error)">
              {a.owedAfter(formatCredits(transaction.owed_after))}
            </Text>
          )}
        </>
      ),
  },
];

interface WhatProps extends Omit<TransactionRow, 'key'> {
  nameOf: (owner: string) => string;
}

function What({ transaction, command, nameOf }: WhatProps) {
  if (command !== null) return <Asked command={command} />;
  if (transaction === null) return null;
  const { kind, description, message, reason, product, counterparty } = transaction;
  const other = counterparty && nameOf(counterparty);
  const details = [product, other, message ?? description ?? reason].filter((one) => one !== null);
  return (
    <Stack gap={2}>
      <Text fw={550}>{a.kinds[kind] ?? kind}</Text>
      {details.length > 0 && (
        <Text size="sm" c="dimmed" lineClamp={2}>
          {details.join(' · ')}
        </Text>
      )}
    </Stack>
  );
}

const COLOURS = { sending: 'gray', pending: 'indigo', rejected: 'red', unknown: 'orange' };

function Asked({ command: { title, state, error } }: { command: GivenCommand }) {
  if (state === 'succeeded') return null;
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text>{title}</Text>
        <Badge color={COLOURS[state]} variant="light">
          {a.pending[state]}
        </Badge>
      </Group>
      {error !== null && <Text size="sm">{wordsOf(error)}</Text>}
    </Stack>
  );
}
