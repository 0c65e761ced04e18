import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Fact {
  name: string;
  value: ReactNode;
  /** The one that matters most. */
  strong?: boolean;
}

/** Names on the left, values on the right, as on a bill. */
export function FactList({ facts, label }: { facts: readonly Fact[]; label: string }) {
  return (
    <Stack component="dl" gap={6} m={0} maw={640} aria-label={label}>
      {facts.map(({ name, value, strong = false }) => (
        <Group key={name} justify="space-between" gap="md" align="baseline">
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} size="sm" fw={strong ? 650 : 500} ta="right">
            {value}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
