import { Alert, Button, Code, Drawer, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../../texts/for-operators.ts';
import { ConfirmDialog, useAct } from '../../../ui/confirm-dialog.tsx';
import { CopyId } from '../../../ui/copy-id.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { discardLetter, readLetter, replayLetter, type DeadLetter } from './dead-letter.ts';

const l = t.operator.letters;

/** One dead letter with what it carries. */
export function DeadLetterDrawer({ letter, close }: { letter: DeadLetter; close: () => void }) {
  const { id, job, reason } = letter;
  const client = useQueryClient();
  const [discarding, discard] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['operator', 'letter', id],
    queryFn: ({ signal }) => readLetter(id, signal),
  });
  const gone = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ['operator'] });
    close();
  };
  const replay = useAct(
    () => replayLetter(id),
    () => void gone(),
  );
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="lg"
      title={job}
      closeButtonProps={{ 'aria-label': t.words.close }}
    >
      <Stack>
        <CopyId id={id} />
        <Alert color="red" variant="light" title={l.reason}>
          <Text size="sm" className="breakable">
            {reason}
          </Text>
        </Alert>
        {(error ?? replay.error) && <ProblemAlert error={(error ?? replay.error) as Error} />}
        <Text fw={600} size="sm">
          {l.payload}
        </Text>
        <Code block tabIndex={0}>
          {data === undefined ? t.words.loading : JSON.stringify(data.payload, null, 2)}
        </Code>
        <Group justify="space-between">
          <Button variant="subtle" color="red" onClick={() => discard(true)}>
            {l.discard}
          </Button>
          <Button onClick={() => void replay.run()} loading={replay.running}>
            {l.replay}
          </Button>
        </Group>
      </Stack>
      {discarding && (
        <ConfirmDialog
          title={l.discardTitle}
          action={l.discard}
          onConfirm={() => discardLetter(id)}
          onClose={() => {
            discard(false);
            void gone();
          }}
          typed={job}
          danger
        >
          <Text size="sm">{l.discardText}</Text>
        </ConfirmDialog>
      )}
    </Drawer>
  );
}
