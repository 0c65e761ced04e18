import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '../texts/index.ts';
import { ProblemAlert } from './problem-alert.tsx';

interface ConfirmDialogProps {
  title: string;
  /** The act itself, such as "Remove Ben". */
  action: string;
  /** Carries it out. The dialog closes when it is done, and says why when it is not. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  /** What follows, money first. */
  children: ReactNode;
  /** The way back, where "Cancel" could be taken for the act. */
  back?: string;
  /** Red, for what cannot be taken back. */
  danger?: boolean;
  /** What has to be typed first. */
  typed?: string | undefined;
  /** As long as it is not known what would follow, or something is in the way. */
  blocked?: boolean;
  /** Does not close by itself, because there may be something to read afterwards. */
  stays?: boolean;
}

/** Asks once more, with the consequences in sight; large or final acts want a text typed. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, action, onConfirm, onClose, children, danger = false, typed, blocked } = props;
  const { stays = false, back = t.words.cancel } = props;
  const [text, setText] = useState('');
  const { run, running, error } = useAct(onConfirm, stays ? nothing : onClose);
  const missing = typed !== undefined && text.trim() !== typed;
  return (
    <Modal opened onClose={onClose} title={title} closeOnClickOutside={!running} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing && blocked !== true) void run();
        }}
      >
        <Stack>
          {children}
          {typed !== undefined && blocked !== true && (
            <TextInput
              label={t.words.typeToConfirm(typed)}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          {error !== null && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {back}
            </Button>
            <Button
              type="submit"
              color={danger ? 'red.8' : 'indigo'}
              loading={running}
              disabled={missing || blocked === true}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const nothing = (): void => undefined;

/**
 * Carries out what a form asks for, once at a time: `done` follows when it succeeded; otherwise the
 * form keeps what was typed and shows the error.
 */
export function useAct(act: () => Promise<unknown>, done: () => void) {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async (): Promise<void> => {
    if (running) return;
    setRunning(true);
    setError(null);
    try {
      await act();
      done();
    } catch (failure) {
      if (!(failure instanceof Error)) throw failure;
      setError(failure);
    } finally {
      setRunning(false);
    }
  };
  return { run, running, error };
}
