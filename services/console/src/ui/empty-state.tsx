import { Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  title: string;
  text: string;
  /** The first thing to do. */
  action?: ReactNode;
  /** The same as a command line. */
  command?: string;
}

/** Says what this place is for before there is anything in it. */
export function EmptyState({ title, text, action, command }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <Text fw={650} fz="lg">
        {title}
      </Text>
      <Text c="dimmed" maw={480}>
        {text}
      </Text>
      {action}
      {command !== undefined && <Code block>{command}</Code>}
    </Stack>
  );
}
