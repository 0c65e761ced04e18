import { Button, Group } from '@mantine/core';
import { t } from '../texts/index.ts';

interface FormActionsProps {
  /** The act, in its own words. */
  action: string;
  running: boolean;
  disabled?: boolean;
  onCancel?: () => void;
}

/** The end of a form: back, and the act. */
export function FormActions({ action, running, disabled = false, onCancel }: FormActionsProps) {
  return (
    <Group justify="flex-end">
      {onCancel && (
        <Button variant="default" onClick={onCancel}>
          {t.words.cancel}
        </Button>
      )}
      <Button type="submit" loading={running} disabled={disabled}>
        {action}
      </Button>
    </Group>
  );
}
