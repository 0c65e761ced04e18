import { Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface PageHeadingProps {
  title: string;
  /** One sentence below. */
  text?: ReactNode;
  /** Buttons, on the right. */
  children?: ReactNode;
}

/** Names the page, in its heading and in the window. */
export function PageHeading({ title, text, children }: PageHeadingProps) {
  useEffect(() => {
    document.title = `${title} · Bursar`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="md">
      <Stack gap={2}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {text !== undefined && <Text c="dimmed">{text}</Text>}
      </Stack>
      <Group gap="sm">{children}</Group>
    </Group>
  );
}
