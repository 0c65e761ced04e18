import { Anchor, Text } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useCommands } from '../api/commands-provider.tsx';
import type { GivenCommand } from '../api/given-command.ts';
import { t } from '../texts/index.ts';
import { newsOf } from './said-in-passing.ts';

const a = t.shell.activity;

/** Says in passing that something was done; what failed is not left to a message that goes away. */
export function Toasts() {
  const { given } = useCommands();
  useEffect(() => {
    const { say, over } = newsOf(said, given);
    for (const command of say) tell(command);
    for (const key of over) {
      notifications.hide(key);
      said.delete(key);
    }
  }, [given]);
  return <Notifications position="bottom-right" limit={4} autoClose={6_000} />;
}

const said = new Map<string, GivenCommand['state']>();

function tell(command: GivenCommand): void {
  const { key, title, operation, state, awaits } = command;
  const words = {
    id: key,
    title,
    message: <Message words={wordsOf(command)} id={operation?.id ?? null} />,
    color: state === 'succeeded' && awaits === null ? 'green' : 'indigo',
    loading: state === 'pending',
    autoClose: state === 'pending' ? (false as const) : 6_000,
    closeButtonProps: { 'aria-label': t.words.close },
  };
  if (said.has(key)) notifications.update(words);
  else notifications.show(words);
  said.set(key, state);
}

function wordsOf({ state, awaits, repeated }: GivenCommand): string {
  if (state !== 'succeeded') return a.waiting;
  return awaits ?? (repeated ? a.repeated : a.succeeded);
}

function Message({ words, id }: { words: string; id: string | null }) {
  return (
    <Text size="sm" component="span">
      {words}{' '}
      {id !== null && (
        <Anchor component={Link} to={`/operations/${id}`} size="sm" underline="always">
          {a.open}
        </Anchor>
      )}
    </Text>
  );
}
