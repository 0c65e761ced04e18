import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { t } from '../texts/index.ts';
import { Icon } from './icon.tsx';

interface ShownOnceProps {
  words: { title: string; text: string; done: string; copy: string };
  secret: string;
  /** A line for the command line that shows that it works. */
  command?: { label: string; line: string };
  done: () => void;
}

/** A secret that nobody can look up again; it stays until somebody says that it was copied. */
export function ShownOnce({ words, secret, command, done }: ShownOnceProps) {
  return (
    <Alert color="indigo" variant="light" title={words.title} mb="md">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{words.text}</Text>
        <Group gap="sm">
          <Code data-testid="secret" className="breakable">
            {secret}
          </Code>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button
                size="compact-sm"
                onClick={copy}
                leftSection={copied ? <Icon name="check" size={14} /> : undefined}
              >
                {copied ? t.words.copied : words.copy}
              </Button>
            )}
          </CopyButton>
        </Group>
        {command && (
          <Stack gap={4} w="100%">
            <Text size="sm" fw={600}>
              {command.label}
            </Text>
            <Code block tabIndex={0} aria-label={command.label}>
              {command.line}
            </Code>
          </Stack>
        )}
        <Button variant="default" size="compact-sm" onClick={done}>
          {words.done}
        </Button>
      </Stack>
    </Alert>
  );
}
