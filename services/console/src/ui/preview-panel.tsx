import { Paper, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Preview } from '../api/use-preview.ts';
import { t } from '../texts/index.ts';
import { ProblemAlert } from './problem-alert.tsx';

interface PreviewPanelProps<Result> {
  preview: Preview<Result>;
  /** Said while there is nothing to try yet. */
  invitation: string;
  /** Explains a refusal better than its problem does; `null` where it cannot. */
  refused?: (error: Error) => ReactNode;
  /** What it would do, drawn from the server's answer. */
  children: (result: Result) => ReactNode;
}

/** Shows what a command would do before it is given, or why it would be refused. */
export function PreviewPanel<Result>(props: PreviewPanelProps<Result>) {
  const { preview, invitation, refused, children } = props;
  return (
    <Paper
      component="section"
      withBorder
      p="md"
      radius="md"
      bg="var(--bursar-inset)"
      aria-label={t.words.preview}
      aria-busy={preview.state === 'looking'}
    >
      <Stack gap="xs">
        <Text size="sm" fw={650}>
          {t.words.preview}
        </Text>
        <div aria-live="polite">
          {preview.state === 'none' && (
            <Text size="sm" c="dimmed">
              {invitation}
            </Text>
          )}
          {preview.state === 'looking' && <Skeleton h={64} />}
          {preview.state === 'refused' &&
            (refused?.(preview.error) ?? <ProblemAlert error={preview.error} />)}
          {preview.state === 'would' && children(preview.result)}
        </div>
      </Stack>
    </Paper>
  );
}
