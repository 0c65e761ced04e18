import { Progress, Stack, Text } from '@mantine/core';
import { useCommands } from '../../../api/commands-provider.tsx';
import { t } from '../../../texts/for-management.ts';

/** How far a command is that reaches many; closing the page does not stop it. */
export function AllocationProgress({ title }: { title: string }) {
  const { given } = useCommands();
  const { done, total } = given.find((one) => one.title === title)?.operation?.progress ?? {};
  if (done === undefined || total === undefined) return null;
  return (
    <Stack gap={4}>
      <Progress value={(100 * done) / Math.max(1, total)} aria-label={t.operation.progress} />
      <Text size="sm" c="dimmed">
        {t.operation.progressOf(done, total)} · {t.billing.transfer.running}
      </Text>
    </Stack>
  );
}
