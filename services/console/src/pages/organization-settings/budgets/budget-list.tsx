import { Badge, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../../api/organization.ts';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/for-management.ts';
import { formatCredits } from '../../../ui/amounts.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { BudgetDialog } from './budget-dialog.tsx';
import { sentenceOf, type Budget } from './budget.ts';

const texts = t.settings.budgets;

interface BudgetListProps {
  owner: string;
  /** For who may change them; a plain member sees those that limit them. */
  manage?: boolean;
}

/** What limits spending, and how far it has come. */
export function BudgetList({ owner, manage = false }: BudgetListProps) {
  const [creating, create] = useState(false);
  const pages = usePages<Budget>({
    queryKey: ['of', owner, 'budgets'],
    path: `/v1/wallets/${owner}/budgets`,
  });
  // Members without a limit have nothing to learn here.
  if (!manage && pages.rows.length === 0) return null;
  return (
    <Section
      title={texts.title}
      text={texts.text}
      actions={
        manage && (
          <Button variant="light" onClick={() => create(true)}>
            {texts.create}
          </Button>
        )
      }
    >
      <RecordList
        caption={texts.title}
        pages={pages}
        keyOf={(row) => row.id}
        columns={manage ? [...COLUMNS, actionsOf(owner)] : COLUMNS}
        empty={<EmptyState title={texts.none} text={texts.noneText} />}
      />
      {creating && <BudgetDialog owner={owner} onClose={() => create(false)} />}
    </Section>
  );
}

const actionsOf = (owner: string): Column<Budget> => ({
  name: texts.columns.actions,
  right: true,
  cell: (row) => <End owner={owner} budget={row} />,
});

const STATUS_COLOURS = { ok: 'green', alerted: 'orange', exhausted: 'red' };

const COLUMNS: readonly Column<Budget>[] = [
  {
    name: texts.columns.what,
    cell: (row) => (
      <Stack gap={0}>
        <Text fw={600} inherit>
          {sentenceOf(row)}
        </Text>
        <Text size="sm" c="dimmed">
          {row.alert_at.length > 0 && `${texts.told(row.alert_at.join(', '))} `}
          {row.enforce ? texts.refuses : texts.onlyTells}
        </Text>
      </Stack>
    ),
  },
  { name: texts.columns.state, cell: (row) => <Spent budget={row} /> },
  {
    name: texts.columns.status,
    cell: ({ state: { status } }) => (
      <Badge variant="light" color={STATUS_COLOURS[status]}>
        {texts.status[status]}
      </Badge>
    ),
  },
];

function Spent({ budget }: { budget: Budget }) {
  const { spent, held } = budget.state;
  // For drawing alone; the exact figures stand above.
  const percent = Math.min(100, (100 * Number(spent)) / Math.max(0.000_001, Number(budget.limit)));
  return (
    <Stack gap={4} miw={120}>
      <Group gap={6}>
        <Text size="sm">{texts.spent(formatCredits(spent), formatCredits(budget.limit))}</Text>
        {held !== '0' && (
          <Text size="sm" c="dimmed">
            {texts.held(formatCredits(held))}
          </Text>
        )}
      </Group>
      <Progress
        value={percent}
        color={STATUS_COLOURS[budget.state.status]}
        aria-label={texts.meter(sentenceOf(budget))}
      />
    </Stack>
  );
}

function End({ owner, budget }: { owner: string; budget: Budget }) {
  const change = useChange(owner);
  const [open, show] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => show(true)}
        aria-label={texts.endOf(sentenceOf(budget))}
      >
        {texts.end}
      </Button>
      {open && (
        <ConfirmDialog
          title={texts.endTitle}
          action={texts.end}
          danger
          onConfirm={() => change(`/v1/budgets/${budget.id}`, { method: 'DELETE' })}
          onClose={() => show(false)}
        >
          <Text size="sm">{sentenceOf(budget)}</Text>
          <Text size="sm">{texts.endText}</Text>
        </ConfirmDialog>
      )}
    </>
  );
}
