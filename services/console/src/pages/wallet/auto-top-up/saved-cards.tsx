import { Badge, Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { t } from '../../../texts/index.ts';
import { ConfirmDialog, useAct } from '../../../ui/confirm-dialog.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { Section } from '../../../ui/section.tsx';
import { PageElsewhere } from '../page-elsewhere.tsx';
import { cardsQuery, nameOf, type Card } from './card.ts';

const c = t.autoTopUp.cards;
const LOOK_EVERY_MS = 2_000;

/** Cards that may be charged later, and saving another one. */
export function SavedCards({ owner }: { owner: string }) {
  // How many there were when a page for saving one was opened.
  const [waitingAt, waitAt] = useState<number | null>(null);
  const { data, error, refetch } = useQuery({
    ...cardsQuery(owner),
    refetchInterval: ({ state }) =>
      waitingAt !== null && (state.data?.length ?? 0) <= waitingAt ? LOOK_EVERY_MS : false,
  });
  const waiting = waitingAt !== null && (data?.length ?? 0) <= waitingAt;
  // It came: removing a card later on is no reason to wait for it again.
  if (waitingAt !== null && !waiting) waitAt(null);
  return (
    <Section title={c.title}>
      {error !== null && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={60} />}
      {data?.length === 0 && <Text c="dimmed">{c.none}</Text>}
      {data !== undefined && data.length > 0 && (
        <ul className="lots" aria-label={c.title}>
          {data.map((card) => (
            <SavedCard key={card.id} owner={owner} card={card} />
          ))}
        </ul>
      )}
      {data !== undefined && (
        <AddCard owner={owner} waiting={waiting} onOpened={() => waitAt(data.length)} />
      )}
    </Section>
  );
}

function SavedCard({ owner, card }: { owner: string; card: Card }) {
  const { give } = useCommands();
  const [removing, remove] = useState(false);
  const name = nameOf(card);
  const path = `/v1/wallets/${owner}/payment-methods/${card.id}`;
  const prefer = useAct(
    () =>
      give({
        title: c.makeDefaultOf(name),
        owners: [owner],
        path: `${path}/default`,
        body: {},
        sets: `the default card of ${owner}`,
      }),
    () => undefined,
  );
  return (
    <li className="lot">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={600}>{name}</Text>
          {card.expires !== null && (
            <Text size="sm" c="dimmed">
              {c.expires(card.expires.month, card.expires.year)}
            </Text>
          )}
          {card.default && <Badge variant="light">{c.isDefault}</Badge>}
        </Group>
        <Group gap="xs">
          {!card.default && (
            <Button
              size="compact-sm"
              variant="default"
              loading={prefer.running}
              onClick={() => void prefer.run()}
              aria-label={`${c.makeDefault}: ${name}`}
            >
              {c.makeDefault}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => remove(true)}
            aria-label={c.removeOf(name)}
          >
            {c.remove}
          </Button>
        </Group>
      </Group>
      {prefer.error !== null && <ProblemAlert error={prefer.error} />}
      {removing && (
        <ConfirmDialog
          title={c.removeOf(name)}
          action={c.remove}
          danger
          onConfirm={() =>
            give({ title: c.removeOf(name), owners: [owner], method: 'DELETE', path })
          }
          onClose={() => remove(false)}
        >
          <Text size="sm">{c.removeText}</Text>
        </ConfirmDialog>
      )}
    </li>
  );
}

interface AddCardProps {
  owner: string;
  waiting: boolean;
  onOpened: () => void;
}

/** Saving needs a yes of its own, since it allows charges without the owner. */
function AddCard({ owner, waiting, onOpened }: AddCardProps) {
  const { give } = useCommands();
  const [agreed, agree] = useState(false);
  const ask = async (): Promise<string | null> => {
    const { result } = await give<{ setup: { url: string } }>({
      title: c.add,
      awaits: () => t.shell.activity.awaitsCard,
      owners: [owner],
      path: `/v1/wallets/${owner}/payment-methods/setup`,
      body: { consent: true },
    });
    return result?.setup.url ?? null;
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Checkbox
        label={c.consent}
        checked={agreed}
        onChange={(event) => agree(event.currentTarget.checked)}
      />
      <PageElsewhere
        label={c.add}
        variant="default"
        disabled={!agreed}
        ask={ask}
        onOpened={() => {
          agree(false);
          onOpened();
        }}
      />
      <Text size="xs" c="dimmed" aria-live="polite">
        {waiting ? c.waiting : c.addText}
      </Text>
    </Stack>
  );
}
