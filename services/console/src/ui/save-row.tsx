import { Button, Group, Text } from '@mantine/core';
import { t } from '../texts/for-management.ts';

interface SaveRowProps {
  running: boolean;
  /** Nothing was changed, or something is wrong. */
  disabled: boolean;
  saved: boolean;
}

/** The end of a form that stays where it is: saves, and says that it did. */
export function SaveRow({ running, disabled, saved }: SaveRowProps) {
  return (
    <Group gap="sm">
      <Button type="submit" variant="light" loading={running} disabled={disabled}>
        {t.settings.save}
      </Button>
      <Text size="sm" c="dimmed" component="output">
        {saved ? t.settings.saved : ''}
      </Text>
    </Group>
  );
}
