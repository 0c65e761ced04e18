import { ActionIcon, Badge, Drawer, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCommands } from '../../api/commands-provider.tsx';
import type { GivenCommand } from '../../api/given-command.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

const a = t.shell.activity;

/** What was asked for, newest first. */
export function ActivityList({ open, close }: { open: boolean; close: () => void }) {
  const { given } = useCommands();
  return (
    <Drawer
      opened={open}
      onClose={close}
      position="right"
      title={a.title}
      closeButtonProps={{ 'aria-label': t.words.close }}
    >
      {given.length === 0 ? <Text c="dimmed">{a.none}</Text> : null}
      <Stack gap="md" aria-live="polite">
        {given.map((one) => (
          <Given key={one.key} command={one} close={close} />
        ))}
      </Stack>
    </Drawer>
  );
}

const COLOURS = {
  sending: 'gray',
  pending: 'indigo',
  succeeded: 'green',
  rejected: 'red',
  unknown: 'orange',
};

function Given({ command, close }: { command: GivenCommand; close: () => void }) {
  const { dismiss } = useCommands();
  const { state, operation, error, awaits, repeated } = command;
  const word = awaits ?? (state === 'pending' ? a.waiting : a[state]);
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text fw={600}>{command.title}</Text>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={() => dismiss(command.key)}
          aria-label={`${a.dismiss}: ${command.title}`}
        >
          <Icon name="cross" size={14} />
        </ActionIcon>
      </Group>
      <Group gap="xs">
        <Badge color={awaits === null ? COLOURS[state] : 'indigo'} variant="light">
          {word}
        </Badge>
        <Text size="xs" c="dimmed" component="span">
          <Moment at={command.givenAt.toISOString()} />
        </Text>
        {operation !== null && (
          <Text
            component={Link}
            to={`/operations/${operation.id}`}
            onClick={close}
            size="sm"
            c="var(--mantine-color-anchor)"
          >
            {a.open}
          </Text>
        )}
      </Group>
      {repeated && <Text size="sm">{a.repeated}</Text>}
      {error !== null && <ProblemAlert error={error} />}
    </Stack>
  );
}
