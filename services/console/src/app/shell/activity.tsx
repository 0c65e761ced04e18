import { ActionIcon, Indicator, Loader } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useCommands } from '../../api/commands-provider.tsx';
import { t } from '../../texts/index.ts';
import { Icon } from '../../ui/icon.tsx';

const ActivityList = lazy(async () => ({
  default: (await import('./activity-list.tsx')).ActivityList,
}));

const a = t.shell.activity;

/** Everything that was asked for on these pages, and how it stands. */
export function Activity() {
  const { given } = useCommands();
  const [open, { open: show, close }] = useDisclosure();
  const [opened, setOpened] = useState(open);
  // It stays once it was there, so that it can be seen closing.
  if (open && !opened) setOpened(true);
  const pending = given.filter(({ state }) => state === 'sending' || state === 'pending').length;
  const failed = given.filter(({ error }) => error !== null).length;
  useFailuresShown(failed, show);
  return (
    <>
      <Indicator
        disabled={pending + failed === 0}
        color={failed > 0 ? 'red.8' : 'indigo.7'}
        size={9}
      >
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          onClick={show}
          aria-label={pending > 0 ? `${a.title}: ${a.pending(pending)}` : a.title}
        >
          {pending > 0 ? <Loader size={16} aria-hidden="true" /> : <Icon name="clock" />}
        </ActionIcon>
      </Indicator>
      {opened && (
        <Suspense fallback={null}>
          <ActivityList open={open} close={close} />
        </Suspense>
      )}
    </>
  );
}

/** What failed while its form was already closed must not wait to be found. */
function useFailuresShown(failed: number, show: () => void): void {
  const before = useRef(failed);
  useEffect(() => {
    const dialog = document.querySelector('[role="dialog"]');
    if (failed > before.current && dialog === null) show();
    before.current = failed;
  }, [failed, show]);
}
