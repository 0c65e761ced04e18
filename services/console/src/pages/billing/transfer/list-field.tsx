import { Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../../texts/for-management.ts';

const texts = t.billing.transfer;
const BYTES_MAX = 8 * 1024 * 1024;

/** Recipients with their amounts, from a file or pasted; what is wrong can be mended in place. */
export function ListField({ value, onChange }: { value: string; onChange: (csv: string) => void }) {
  const [tooLarge, setTooLarge] = useState(false);
  const take = async (file: File | null): Promise<void> => {
    if (file === null) return;
    setTooLarge(file.size > BYTES_MAX);
    if (file.size <= BYTES_MAX) onChange(await file.text());
  };
  return (
    <Stack gap="xs">
      <Textarea
        label={texts.csv}
        description={texts.csvHint}
        placeholder={texts.csvExample}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autosize
        minRows={4}
        maxRows={10}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Group>
        <FileButton accept="text/csv,.csv" onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} size="xs" variant="default">
              {texts.csvFile}
            </Button>
          )}
        </FileButton>
        {tooLarge && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {texts.csvTooLarge}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
